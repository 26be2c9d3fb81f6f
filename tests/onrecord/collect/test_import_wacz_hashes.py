"""The hashes in a WACZ package's manifest are compared with its files."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.conftest import Run
from tests.support.import_results import numbers, passed_over
from tests.support.odd_input_files import gzip_each, notice, wacz_bytes

ONE, TWO = "archive/one.warc.gz", "archive/two.warc.gz"
FILES = {ONE: gzip_each(notice(1)), TWO: gzip_each(notice(2)), "pages/pages.jsonl": b"{}\n"}
FORGED = gzip_each(notice(9))


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def manifest(files: Mapping[str, bytes]) -> bytes:
    resources = [{"name": name, "path": name, "hash": sha256(data)} for name, data in files.items()]
    return json.dumps({"profile": "data-package", "resources": resources}).encode()


def package(
    files: Mapping[str, bytes], listed: Mapping[str, bytes] = FILES, **more: bytes
) -> dict[str, bytes]:
    data = more.get("manifest") or manifest(listed)
    digest = (
        more.get("digest")
        or json.dumps({"path": "datapackage.json", "hash": sha256(data)}).encode()
    )
    return {**files, "datapackage.json": data, "datapackage-digest.json": digest}


def import_package(archive: Run, folder: Path, members: dict[str, bytes], *options: str) -> Result:
    path = folder / "crawl.wacz"
    path.write_bytes(wacz_bytes(members))
    return archive("import", path, "--json", *options)


def test_a_package_with_the_files_that_it_lists_is_taken(archive: Run, tmp_path: Path) -> None:
    result = import_package(archive, tmp_path, package(FILES))

    assert (result.exit_code, passed_over(result)) == (0, [])
    assert numbers(archive) == [1, 2]


def test_a_file_with_another_hash_is_named_and_passed_over(archive: Run, tmp_path: Path) -> None:
    result = import_package(archive, tmp_path, package({**FILES, ONE: FORGED}))

    (refused,) = passed_over(result)
    assert result.exit_code == 1
    assert refused["file"] == f"crawl.wacz/{ONE}"
    assert sha256(FILES[ONE]) in refused["reason"]
    assert sha256(FORGED) in refused["reason"]
    assert numbers(archive) == [2]
    assert archive("verify", "--deep").exit_code == 0


def test_strict_takes_nothing_of_a_package_with_another_file(archive: Run, tmp_path: Path) -> None:
    result = import_package(archive, tmp_path, package({**FILES, ONE: FORGED}), "--strict")

    assert result.exit_code == 1
    assert numbers(archive) == []


def test_a_file_that_is_not_read_is_compared_too(archive: Run, tmp_path: Path) -> None:
    result = import_package(archive, tmp_path, package({**FILES, "pages/pages.jsonl": b"other"}))

    (refused,) = passed_over(result)
    assert refused["file"] == "crawl.wacz/pages/pages.jsonl"
    assert numbers(archive) == [1, 2]


def test_nothing_is_taken_where_the_manifest_is_another(archive: Run, tmp_path: Path) -> None:
    digest = json.dumps({"path": "datapackage.json", "hash": sha256(b"other")}).encode()
    members = package({**FILES, ONE: FORGED}, {**FILES, ONE: FORGED}, digest=digest)

    result = import_package(archive, tmp_path, members)

    (refused,) = passed_over(result)
    assert result.exit_code == 1
    assert refused["file"] == "crawl.wacz/datapackage.json"
    assert numbers(archive) == []


def test_a_listed_file_that_is_missing_is_named(archive: Run, tmp_path: Path) -> None:
    result = import_package(archive, tmp_path, package({TWO: FILES[TWO]}, {**FILES}))

    assert [refused["file"] for refused in passed_over(result)] == [f"crawl.wacz/{ONE}"]
    assert numbers(archive) == [2]


@pytest.mark.parametrize("part", ["manifest", "digest"])
@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff", b'{"resources": 5, "hash": 5}'])
def test_a_manifest_that_cannot_be_read_is_named_or_states_nothing(
    archive: Run, tmp_path: Path, part: str, data: bytes
) -> None:
    result = import_package(archive, tmp_path, package(FILES, **{part: data}))

    states_nothing = part == "digest" and data.startswith(b'{"')
    assert result.exit_code == (0 if states_nothing else 1)
    assert all("datapackage" in refused["file"] for refused in passed_over(result))
    assert numbers(archive) == [1, 2]


def hex_of(name: str, data: bytes) -> str:
    return hashlib.new(name, data).hexdigest()


@pytest.mark.parametrize(
    "resource",
    [
        {"hash": hex_of("md5", FILES[ONE])},
        {"hash": "md5:" + hex_of("md5", FILES[ONE])},
        {"hash": "SHA-256:" + hex_of("sha256", FILES[ONE]).upper()},
        {"hash": hex_of("sha512", FILES[ONE])},
        {"stats": {"hash": sha256(FILES[ONE])}},
        {"hash": "blake9:123"},
        {"hash": None},
    ],
)
@pytest.mark.parametrize("path", [ONE, f"./{ONE}", f"/{ONE}"])
def test_hashes_are_read_as_earlier_versions_wrote_them(
    archive: Run, tmp_path: Path, resource: dict[str, Any], path: str
) -> None:
    data = json.dumps({"resources": [{"path": path, **resource}]}).encode()
    is_known = "blake" not in str(resource) and resource.get("hash", "") is not None

    right = import_package(archive, tmp_path, package(FILES, manifest=data))
    forged = import_package(archive, tmp_path, package({**FILES, ONE: FORGED}, manifest=data))

    assert (right.exit_code, forged.exit_code) == (0, int(is_known))
    assert numbers(archive) == ([1, 2] if is_known else [1, 2, 9])


def test_a_package_in_a_package_is_compared(archive: Run, tmp_path: Path) -> None:
    inner = wacz_bytes(package({**FILES, ONE: FORGED}))
    outer = {"good.wacz": inner, "bad.wacz": wacz_bytes({ONE: FORGED})}

    result = import_package(
        archive, tmp_path, package(outer, {"good.wacz": inner, "bad.wacz": b"listed"})
    )

    files = [refused["file"] for refused in passed_over(result)]
    assert files == [f"crawl.wacz/good.wacz/{ONE}", "crawl.wacz/bad.wacz"]
    assert numbers(archive) == [2]


def test_a_file_in_a_package_that_is_none_costs_no_other(archive: Run, tmp_path: Path) -> None:
    result = import_package(archive, tmp_path, {ONE: b"\xfd7zXZ of another kind", TWO: FILES[TWO]})

    assert result.exit_code == 1
    assert [refused["file"] for refused in passed_over(result)] == [f"crawl.wacz/{ONE}"]
    assert numbers(archive) == [2]
