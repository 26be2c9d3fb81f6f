"""Files that other tools wrote, cut or damaged: whole records are taken, the rest is named."""

import gzip
import json
import re
from hashlib import sha1
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import Run
from tests.support.import_results import Import, numbers, passed_over
from tests.support.odd_input_files import (
    SITE,
    arc_records,
    gzip_each,
    lz4_warc,
    notice,
    notice_page,
    notice_response,
    wacz_bytes,
    write_wacz,
    zstd_dictionary,
    zstd_warc,
)
from tests.support.warc_files import foreign_record


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


@pytest.fixture
def import_bytes(archive: Run, tmp_path: Path) -> Import:
    def import_file(data: bytes, name: str = "theirs.warc.gz", *options: str) -> Result:
        path = tmp_path / name
        path.write_bytes(data)
        return archive("import", path, *options)

    return import_file


THREE = [notice(1), notice(2), notice(3)]
LF_HEAD = THREE[1].replace(b"\r\n", b"\n", 7)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc.zst", zstd_warc(THREE)),
        ("b.warc.zst", zstd_warc(THREE, zstd_dictionary())),
        ("c.warc.zst", zstd_warc(THREE, zstd_dictionary(), packed=True)),
        ("c2.warc.zst", b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zstd_warc(THREE)),
        ("d.warc.lz4", lz4_warc(THREE)),
        ("e.arc", b"".join(arc_records([1, 2, 3]))),
        ("f.arc.gz", gzip_each(*arc_records([1, 2, 3]))),
        ("g.arc.gz", gzip.compress(b"".join(arc_records([1, 2, 3], version=2)))),
        ("h.warc.gz", gzip_each(THREE[0], THREE[1] + THREE[2])),
        ("i.warc", THREE[0] + LF_HEAD + THREE[2]),
        ("j.warc.gz", gzip_each(THREE[0], LF_HEAD, THREE[2])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_are_read_however_they_are_packed(
    archive: Run, import_bytes: Import, name: str, data: bytes
) -> None:
    result = import_bytes(data, name)

    assert result.exit_code == 0, result.stderr
    assert numbers(archive) == [1, 2, 3]
    assert archive("verify", "--deep").exit_code == 0


@pytest.mark.parametrize("name", ["e.arc", "a.warc.zst"])
def test_importing_again_adds_nothing(archive: Run, import_bytes: Import, name: str) -> None:
    data = b"".join(arc_records([1])) if name == "e.arc" else zstd_warc(THREE)
    import_bytes(data, name)

    (line,) = import_bytes(data, name, "--json").stdout.splitlines()

    assert json.loads(line)["statements"] == 0
    assert json.loads(line)["versions"] == 0


def test_an_arc_record_is_stored_with_its_own_bytes_and_date(
    archive: Run, import_bytes: Import
) -> None:
    import_bytes(b"".join(arc_records([7])), "old.arc")

    (line,) = archive("search", "skipper", "--json").stdout.splitlines()
    capture = json.loads(line)["capture"]

    assert capture["captured"] == "2009-01-02T03:04:05Z"
    assert capture["taken_from"] == "old.arc"


def test_a_package_of_packages_is_read(archive: Run, tmp_path: Path) -> None:
    inner = [
        wacz_bytes({"archive/data.warc.gz": gzip_each(THREE[0])}),
        wacz_bytes({"archive/data.warc.gz": gzip_each(THREE[1])}),
    ]
    path = write_wacz(
        tmp_path / "multi.wacz", {"crawl-1.wacz": inner[0], "crawls/crawl-2.wacz": inner[1]}
    )

    assert archive("import", path).exit_code == 0
    assert numbers(archive) == [1, 2]


def test_a_broken_package_in_a_package_is_named(archive: Run, tmp_path: Path) -> None:
    inner = wacz_bytes({"archive/data.warc.gz": gzip_each(THREE[0])})
    path = write_wacz(tmp_path / "multi.wacz", {"a.wacz": inner, "b.wacz": b"PK\x03\x04 no more"})

    result = archive("import", path, "--json")

    assert result.exit_code == 1
    assert numbers(archive) == [1]
    assert [refused["file"] for refused in passed_over(result)] == ["multi.wacz/b.wacz"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.warc.gz", gzip_each(*THREE)),
        ("cut.warc", b"".join(THREE)),
        ("whole.warc.gz", gzip.compress(b"".join(THREE))),
        ("cut.warc.zst", zstd_warc(THREE)),
        ("cut.warc.lz4", lz4_warc(THREE)),
        ("cut.arc", b"".join(arc_records([1, 2, 3]))),
        ("cut.arc.gz", gzip_each(*arc_records([1, 2, 3]))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_of_a_cut_file_the_whole_records_are_taken(
    archive: Run, import_bytes: Import, name: str, data: bytes
) -> None:
    result = import_bytes(data[: -30 if name == "whole.warc.gz" else -60], name, "--json")

    assert result.exit_code == 1
    assert numbers(archive) == [1, 2]
    assert {refused["file"] for refused in passed_over(result)} == {name}
    assert archive("verify").exit_code == 0


def with_length(record: bytes, length: int) -> bytes:
    return re.sub(rb"(http; msgtype=response\r\nContent-Length: )\d+", rb"\g<1>%d" % length, record)


def damaged(member: bytes) -> bytes:
    middle = len(member) // 2
    return member[:middle] + bytes(20) + member[middle + 20 :]


def damaged_end(member: bytes) -> bytes:
    return member[:-2000]


def large_notice(number: int) -> bytes:
    """Return a record of a notice that packs to some KB."""
    noise = b"".join(b"%064x" % (7**power % 2**256) for power in range(100, 300))
    record_id = f"urn:uuid:00000000-0000-4000-8000-{number:012}"
    block = notice_response(number) + noise
    return foreign_record(block, url=f"{SITE}/{number}", record_id=record_id)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc.gz", gzip_each(THREE[0]) + damaged(gzip_each(THREE[1])) + gzip_each(THREE[2])),
        ("b.warc.gz", gzip_each(THREE[0], with_length(THREE[1], 99_999), THREE[2])),
        ("c.warc", THREE[0] + with_length(THREE[1], 99_999) + THREE[2]),
        ("d.warc", THREE[0] + THREE[1].replace(b"Content-Length: ", b"Size: ", 1) + THREE[2]),
        ("e.warc", THREE[0] + b"no record\r\n\r\n" + THREE[2]),
        ("f.warc", THREE[0] + THREE[1][:300] + b"\r\n" + THREE[2]),
        (
            "g.warc.zst",
            zstd_warc(THREE[:1]) + damaged(zstd_warc(THREE[1:2])) + zstd_warc(THREE[2:]),
        ),
        (
            "i.warc.gz",
            damaged_end(gzip.compress(THREE[0] + large_notice(2))) + gzip_each(THREE[2]),
        ),
        ("h.arc", b"".join([*arc_records([1]), b"no record\n", *arc_records([3])[1:]])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_damaged_record_in_the_middle_costs_no_other(
    archive: Run, import_bytes: Import, name: str, data: bytes
) -> None:
    result = import_bytes(data, name, "--json")

    assert result.exit_code == 1
    assert numbers(archive) == [1, 3]
    assert passed_over(result)


WRONG_DIGEST = f"WARC-Block-Digest: sha1:{sha1(b'').hexdigest()}"  # noqa: S324


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (notice(2, fields=[WRONG_DIGEST]), "digest"),
        (re.sub(rb"WARC-Record-ID: .*\r\n", b"", notice(2)), "it has no WARC-Record-ID"),
        (re.sub(rb"WARC-Target-URI: .*\r\n", b"", notice(2)), "it has no WARC-Target-URI"),
        (re.sub(rb"WARC-Type: .*\r\n", b"", notice(2)), "it has no WARC-Type"),
        (notice(2, date="soon"), "expected a WARC-Date"),
        (notice(2).replace(b"notices/2", b"notices/\xff"), "WARC-Target-URI is not text"),
        (notice(2).replace(b"notices/2", b"notices/\xed\xa0\x80"), "WARC-Target-URI is not text"),
        (notice(2, record_id="urn:x:").replace(b"urn:x:", b"\xff"), "WARC-Record-ID is not text"),
        (notice(2, fields=["WARC-Segment-Number: 1"]), "segment"),
        (notice(2, url="http://[harbour/notices/2"), "no web address"),
        (notice(2, url="https://harbour.example:99999/notices/2"), "no web address"),
    ],
    ids=[
        "digest",
        "id",
        "address",
        "type",
        "date",
        "FF",
        "surrogate",
        "id bytes",
        "segment",
        "IPv6",
        "port",
    ],
)
def test_a_record_that_cannot_be_taken_is_named_with_the_reason(
    archive: Run, import_bytes: Import, record: bytes, reason: str
) -> None:
    result = import_bytes(gzip_each(record, THREE[0]), "odd.warc.gz", "--json")

    assert result.exit_code == 1
    (refused,) = passed_over(result)
    assert reason in refused["reason"]
    assert (refused["file"], refused["offset"], refused["line"]) == ("odd.warc.gz", 0, None)
    assert numbers(archive) == [1]
    assert archive("verify").exit_code == 0


def test_a_record_that_cannot_be_taken_alone_leaves_no_file(
    archive: Run, import_bytes: Import, archive_folder: Path
) -> None:
    result = import_bytes(gzip_each(notice(2).replace(b"notices/2", b"notices/\xff")))

    assert result.exit_code == 1
    assert list((archive_folder / "warc").rglob("*.warc.gz")) == []
    assert archive("verify").exit_code == 0


def test_one_id_of_two_captures_is_named(archive: Run, import_bytes: Import) -> None:
    same_id = notice(2, record_id="urn:uuid:00000000-0000-4000-8000-000000000001")

    result = import_bytes(gzip_each(THREE[0], same_id, THREE[2]), "twice.warc.gz", "--json")

    assert result.exit_code == 1
    assert [refused["url"] for refused in passed_over(result)] == [f"{SITE}/2"]
    assert numbers(archive) == [1, 3]


def test_a_record_that_its_tool_cut_off_says_so(archive: Run, import_bytes: Import) -> None:
    result = import_bytes(gzip_each(notice(2, fields=["WARC-Truncated: length"])))

    assert "cut off by the tool that captured it" in result.stderr
    assert "larger than we take" not in result.stderr


def test_records_that_are_no_pages_are_no_fault(archive: Run, import_bytes: Import) -> None:
    others = [
        foreign_record(b"harbour.example 192.0.2.7", url="dns:harbour.example", kind="response"),
        foreign_record(b"{}", url="urn:pageinfo:x", kind="resource"),
        foreign_record(b"software: x", url="", kind="warcinfo"),
    ]

    assert import_bytes(gzip_each(*others, THREE[0])).exit_code == 0
    assert numbers(archive) == [1]


def test_strict_takes_nothing_of_a_file_with_a_bad_record(
    archive: Run, import_bytes: Import, tmp_path: Path
) -> None:
    (tmp_path / "good.warc.gz").write_bytes(gzip_each(THREE[2]))
    result = import_bytes(
        gzip_each(*THREE[:2])[:-40], "cut.warc.gz", str(tmp_path / "good.warc.gz"), "--strict"
    )

    assert result.exit_code == 1
    assert numbers(archive) == [3]


def test_a_file_that_is_none_costs_no_other(
    archive: Run, import_bytes: Import, tmp_path: Path
) -> None:
    (tmp_path / "good.warc.gz").write_bytes(gzip_each(THREE[0]))

    result = import_bytes(b"Dear council", "letter.warc.gz", str(tmp_path / "good.warc.gz"))

    assert result.exit_code == 1
    assert "letter.warc.gz" in result.stderr
    assert numbers(archive) == [1]


def revisit(
    *fields: str, record_id: str = "urn:uuid:00000000-0000-4000-8000-00000000000a"
) -> bytes:
    return foreign_record(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        kind="revisit",
        url=f"{SITE}/1",
        date="2024-04-05T10:00:00Z",
        record_id=record_id,
        fields=fields,
    )


REFERENCES = [
    ["WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>"],
    [f"WARC-Refers-To-Target-URI: {SITE}/1", "WARC-Refers-To-Date: 2024-03-01T10:00:00Z"],
    [f"WARC-Payload-Digest: sha1:{sha1(notice_page(1)).hexdigest()}"],  # noqa: S324
]


def last_seen(archive: Run) -> str:
    return str(json.loads(archive("export", "-").stdout)["last_seen"])


@pytest.mark.parametrize("fields", REFERENCES, ids=["id", "address and date", "digest"])
@pytest.mark.parametrize("together", [True, False])
def test_a_revisit_finds_its_original_in_another_file_or_in_the_archive(
    archive: Run, tmp_path: Path, fields: list[str], together: bool
) -> None:
    original = notice(1, fields=fields if "Payload" in fields[0] else [])
    (tmp_path / "first.warc.gz").write_bytes(gzip_each(original))
    (tmp_path / "again.warc.gz").write_bytes(gzip_each(revisit(*fields)))

    if together:
        result = archive("import", tmp_path / "again.warc.gz", tmp_path / "first.warc.gz")
    else:
        archive("import", tmp_path / "first.warc.gz")
        result = archive("import", tmp_path / "again.warc.gz")

    assert result.exit_code == 0, result.stderr
    assert last_seen(archive).startswith("2024-04-05")
    archive("rebuild")
    assert last_seen(archive).startswith("2024-04-05")


def test_a_revisit_of_a_revisit_has_the_first_ones_original(
    archive: Run, import_bytes: Import
) -> None:
    second_id = "urn:uuid:00000000-0000-4000-8000-00000000000b"
    second = revisit(
        "WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-00000000000a>", record_id=second_id
    ).replace(b"2024-04-05", b"2024-05-06")

    assert import_bytes(gzip_each(second, revisit(*REFERENCES[0]), notice(1))).exit_code == 0
    assert last_seen(archive).startswith("2024-05-06")


def test_a_revisit_without_its_original_is_named_and_taken_when_that_comes(
    archive: Run, import_bytes: Import, tmp_path: Path
) -> None:
    first = import_bytes(gzip_each(revisit(*REFERENCES[0])), "again.warc.gz", "--json")
    import_bytes(gzip_each(notice(1)), "first.warc.gz")

    assert first.exit_code == 1
    assert "revisit" in passed_over(first)[0]["reason"]
    assert archive("import", tmp_path / "again.warc.gz").exit_code == 0
    assert last_seen(archive).startswith("2024-04-05")
