"""Two archives of one owner are joined: captures once, the other log kept and checked."""

import json
import shutil
from pathlib import Path

import pytest

from onrecord.collect.imports.import_archive_folder import file_name_of
from tests.conftest import SAMPLE, Run
from tests.support.evidence_packs import verify_with_python, verify_with_shell
from tests.support.reading_room_server import RELEASE, create_sample_archive
from tests.support.whole_archives import flip_bit, overwrite

TEXT = {"id": "t1", "source": "Brook", "lang": "en", "date": "2024-03-04", "text": "Of harbours."}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_sample_archive(tmp_path_factory.mktemp("other"))


@pytest.fixture
def other(tmp_path: Path, filled: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "other"))


@pytest.fixture
def own(run: Run, archive_folder: Path, other: Path, tmp_path: Path) -> Run:
    """Return the command line on an archive of its own, beside another with a collection."""
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps(TEXT))
    assert run("--archive", other, "import", path).exit_code == 0
    run("init")
    shutil.copy(SAMPLE / "meridian_panel.toml", archive_folder / "sources")
    return run


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("texts.jsonl.gz", "texts.jsonl"),
        ("..", "_"),
        ("../../keys/x.jsonl", "__.._keys_x.jsonl"),
        ("/etc/passwd", "_etc_passwd"),
    ],
)
def test_the_name_of_a_collection_leads_out_of_no_folder(name: str, expected: str) -> None:
    assert file_name_of(name) == expected


def verified(run: Run) -> str:
    result = run("verify")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_statements_captures_and_collections_are_taken_once(own: Run, other: Path) -> None:
    first = own("import", other, "--json")
    size = own("export", "-").stdout
    second = own("import", other)

    assert first.exit_code == second.exit_code == 0, first.output
    assert own("search", "harbours").exit_code == 0
    assert own("search", "refused").exit_code == 0
    assert own("export", "-").stdout == size
    versions = {json.loads(line)["version"] for line in size.splitlines()}
    theirs = own("--archive", other, "export", "-").stdout
    assert versions == {json.loads(line)["version"] for line in theirs.splitlines()}
    verified(own)


def test_a_stranger_checks_a_capture_against_the_other_key(
    own: Run, other: Path, tmp_path: Path
) -> None:
    own("import", other)
    assert own("prove", RELEASE, "--out", tmp_path / "pack").exit_code == 0

    for verify in (verify_with_shell, verify_with_python):
        result = verify(tmp_path / "pack")
        assert result.verified, result.text
        assert "ok    joined" in result.text
    origin = own("--archive", other, "checkpoint").stdout.splitlines()[0]
    assert f"log {origin}" in verify_with_python(tmp_path / "pack").text


@pytest.mark.parametrize("name", ["entry.json", "index", "proof", "checkpoint", "log.pem"])
def test_a_joined_proof_that_was_changed_fails(
    own: Run, other: Path, archive_folder: Path, tmp_path: Path, name: str
) -> None:
    from archive.archive_folder import ArchiveFolder
    from archive.log.signed_log import Log
    from archive.pack.build_pack import sign_file_list

    own("import", other)
    pack = tmp_path / "pack"
    own("prove", RELEASE, "--out", pack)
    flip_bit(pack / "joined" / name, {"index": 0, "log.pem": 60}.get(name, 8))
    files = {
        path.relative_to(pack).as_posix(): path.read_bytes()
        for path in pack.rglob("*")
        if path.is_file() and not path.name.startswith("SHA256SUMS")
    }
    home = ArchiveFolder(archive_folder)
    with Log.open_to_sign(home.log, home.keys) as log:  # as the archive itself could forge it
        for signed, data in sign_file_list(files, log).items():
            (pack / signed).write_bytes(data)

    for verify in (verify_with_shell, verify_with_python):
        assert not verify(pack).verified


def joined_file(archive_folder: Path, name: str) -> Path:
    (path,) = (archive_folder / "log/joined").glob(f"*/{name}")
    return path


def test_verify_notices_a_joined_log_that_was_changed_or_removed(
    own: Run, other: Path, archive_folder: Path
) -> None:
    own("import", other)
    entries = joined_file(archive_folder, "entries.jsonl")
    whole = entries.read_bytes()
    overwrite(entries, whole.replace(b"panel.meridian", b"canal.meridian", 1))
    changed = own("verify")
    overwrite(entries, whole)
    verified(own)
    shutil.rmtree(archive_folder / "log/joined")
    removed = own("verify")

    assert changed.exit_code == removed.exit_code == 3
    assert "was joined and is missing" in removed.stdout


def test_a_log_that_does_not_continue_the_one_known_is_refused(
    own: Run, other: Path, tmp_path: Path
) -> None:
    older = shutil.copytree(other, tmp_path / "older")
    own("--archive", other, "checkpoint")
    for number, folder in enumerate((other, older)):
        path = tmp_path / f"more{number}.jsonl"
        path.write_text(json.dumps(TEXT | {"id": f"x{number}", "text": f"Other {number}."}))
        own("--archive", folder, "import", path)

    assert own("import", other).exit_code == 0
    assert own("import", older).exit_code == 3


def test_a_damaged_archive_and_a_copy_of_our_own_are_refused(
    own: Run, other: Path, archive_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(archive_folder, tmp_path / "copy")
    warc = next(iter(sorted((other / "warc").rglob("*.warc.gz"))))
    flip_bit(warc, 400)

    assert own("import", other).exit_code == 3
    assert "an archive that verifies" in own("import", other).stderr
    assert own("import", tmp_path / "copy").exit_code == 6
    assert own("search", "refused").exit_code == 1


def test_an_erased_capture_is_erased_from_the_joined_log(
    own: Run, other: Path, archive_folder: Path
) -> None:
    own("import", other)
    entries = joined_file(archive_folder, "entries.jsonl")
    assert b"pd-2024-7" in entries.read_bytes()

    result = own("erase", RELEASE, "--reason", "asked to", "--yes")

    assert result.exit_code == 0, result.output
    assert b"pd-2024-7" not in entries.read_bytes()
    verified(own)
    assert own("import", other).exit_code in (0, 1)
