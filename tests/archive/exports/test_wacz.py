import gzip
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import write_rows
from archive.errors import StorageError
from archive.exports import EXPORTS
from archive.exports.wacz import export
from tests.support.builders import make_reading
from tests.support.whole_archives import Archive, list_warc_files


@pytest.fixture
def home(tmp_path: Path, catalogue: Connection) -> ArchiveFolder:
    """Hold an archive of three captures, two of which were read as statements."""
    with Archive(tmp_path / "archive", max_file_bytes=3000) as archive:
        captures = archive.hold(1, 2, 3)
    for capture in captures:
        write_rows.add_capture(catalogue, capture)
    for number, capture in enumerate(captures[:2]):
        reading = make_reading(f"Words {number}", title=f"Title {number}", identifier=f"R/{number}")
        write_rows.add_reading(catalogue, reading, capture)
    return archive.home


@pytest.fixture
def wacz(tmp_path: Path, home: ArchiveFolder, catalogue: Connection) -> Path:
    out = tmp_path / "out.wacz"
    assert export(home, catalogue, out) == 2
    return out


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    tool = [Path(sys.executable).with_name("wacz"), "validate", "-f", path]
    return subprocess.run(tool, capture_output=True, text=True)


def test_the_fields_own_tool_finds_it_valid(wacz: Path) -> None:
    process = validate(wacz)

    assert process.returncode == 0, process.stdout + process.stderr


def test_a_forged_page_in_it_is_refused_by_that_tool(wacz: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.wacz"
    with zipfile.ZipFile(wacz) as source, zipfile.ZipFile(forged, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            target.writestr(info, data.replace(b"Words 1", b"Words 9"))

    assert validate(forged).returncode != 0


def test_the_warc_files_go_in_as_they_are(wacz: Path, home: ArchiveFolder) -> None:
    with zipfile.ZipFile(wacz) as packed:
        inside = {
            sha256(packed.read(name)).hexdigest()
            for name in packed.namelist()
            if name.startswith("archive/")
        }

    assert inside == {sha256(path.read_bytes()).hexdigest() for path in list_warc_files(home)}


def test_exporting_twice_stores_the_same_records(
    wacz: Path, tmp_path: Path, home: ArchiveFolder, catalogue: Connection
) -> None:
    second_export = tmp_path / "again.wacz"
    export(home, catalogue, second_export)

    def members(path: Path) -> dict[str, str]:
        with zipfile.ZipFile(path) as packed:
            return {name: sha256(packed.read(name)).hexdigest() for name in packed.namelist()}

    first_members, second_members = members(wacz), members(second_export)
    for name in first_members.keys() - {"datapackage.json", "datapackage-digest.json"}:
        assert first_members[name] == second_members[name]


def test_our_pages_are_listed_with_their_words(wacz: Path) -> None:
    with zipfile.ZipFile(wacz) as packed:
        header, *pages = [
            json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()
        ]

    assert header["format"] == "json-pages-1.0"
    assert [(page["url"], page["title"], page["text"]) for page in pages] == [
        ("https://mfa.ruritania.example/1", "Title 0", "Words 0"),
        ("https://mfa.ruritania.example/2", "Title 1", "Words 1"),
    ]


def test_the_index_finds_each_record(wacz: Path) -> None:
    with zipfile.ZipFile(wacz) as packed:
        lines = packed.read("indexes/index.cdx").decode().splitlines()
        assert lines == sorted(lines)
        assert len(lines) == 3
        for line in lines:
            key, timestamp, fields_text = line.split(" ", 2)
            facts = json.loads(fields_text)
            warc = packed.read(f"archive/{facts['filename']}")
            start, length = int(facts["offset"]), int(facts["length"])
            assert key.startswith("example,ruritania,mfa)/")
            assert len(timestamp) == 14
            record = gzip.decompress(warc[start : start + length])
            assert f"WARC-Target-URI: {facts['url']}".encode() in record


def test_the_proofs_are_inside_and_the_private_key_is_not(wacz: Path, home: ArchiveFolder) -> None:
    with zipfile.ZipFile(wacz) as packed:
        names = packed.namelist()
        everything = b"".join(packed.read(name) for name in names)

    assert "provenance/entries.jsonl" in names
    assert "provenance/checkpoint" in names
    assert b"PRIVATE KEY" not in everything


def test_a_wacz_does_not_go_to_standard_output(home: ArchiveFolder, catalogue: Connection) -> None:
    with pytest.raises(StorageError, match="name a file"):
        export(home, catalogue, Path("-"))


@pytest.mark.parametrize("name", EXPORTS.names())
def test_every_export_is_there_under_its_name(name: str) -> None:
    assert callable(EXPORTS.load(name))
