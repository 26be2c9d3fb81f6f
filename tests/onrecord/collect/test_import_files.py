"""Text collections, WARC and WACZ files of others are imported."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, packed_editions

LINE = {
    "id": "meridian:1",
    "source": "Meridian texts",
    "date": "2019-05-06",
    "title": "On the closing of Ostrel Street",
    "lang": "en",
    "text": "The facility was closed in the spring.",
}


def collection(folder: Path, *lines: dict[str, Any], name: str = "texts.jsonl.gz") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    return path


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


def test_a_collection_is_found_and_labelled_a_transcript(archive: Run, tmp_path: Path) -> None:
    assert archive("import", collection(tmp_path, LINE)).exit_code == 0

    (line,) = archive("search", '"closed in the spring"', "--json").stdout.splitlines()

    hit = json.loads(line)
    assert hit["statement"] == "meridian:1"
    assert hit["transcript"] is True
    assert hit["capture"]["memento"] == ""


def test_a_transcript_is_never_cited_as_a_capture(archive: Run, tmp_path: Path) -> None:
    archive("import", collection(tmp_path, LINE))

    citation = archive("cite", "meridian:1").stdout

    assert "transcript" in citation.lower()
    assert "archived" not in citation.lower()


def test_importing_a_collection_again_adds_nothing(archive: Run, tmp_path: Path) -> None:
    path = collection(tmp_path, LINE)
    archive("import", path)

    second = json.loads(archive("import", path, "--json").stdout)

    assert (second["statements"], second["versions"], second["captures"]) == (0, 0, {})


def test_a_transcript_survives_a_rebuild(archive: Run, tmp_path: Path) -> None:
    archive("import", collection(tmp_path, LINE, {**LINE, "id": "meridian:2", "text": "Other."}))
    before = archive("export", "-").stdout

    archive("rebuild")

    assert archive("export", "-").stdout == before


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({**LINE, "text": 5}, "text: expected text"),
        ({"id": "x"}, "source: expected text"),
    ],
)
def test_a_malformed_line_is_named(
    archive: Run, tmp_path: Path, broken: dict[str, Any], problem: str
) -> None:
    result = archive("import", collection(tmp_path, LINE, broken))

    assert result.exit_code == 9
    assert "line 2" in result.stderr
    assert problem in result.stderr


def test_a_cut_off_collection_is_a_format_error(archive: Run, tmp_path: Path) -> None:
    path = collection(tmp_path, LINE)
    path.write_bytes(path.read_bytes()[:-12])

    assert archive("import", path).exit_code == 9


def test_foreign_evidence_keeps_its_ids_and_dates(archive: Run) -> None:
    result = archive("import", packed_editions(), "--json")

    summary = json.loads(result.stdout)
    assert summary["captures"] == {"ok": 6, "gone": 1}
    (line,) = archive("search", '"refused entry to the facility"', "--json").stdout.splitlines()
    capture = json.loads(line)["capture"]
    assert capture["captured"] == "2024-03-05T09:30:00Z"
    assert capture["taken_from"].startswith("panel-2024-03-05")


@pytest.mark.parametrize(
    ("name", "data"),
    [("empty.warc.gz", b""), ("page.warc.gz", b"<html>"), ("cut.warc.gz", gzip.compress(b"W")[:9])],
    ids=["empty", "a web page", "cut off"],
)
def test_a_file_that_is_no_warc_file_is_one_clear_line(
    archive: Run, tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    result = archive("import", path)

    assert result.exit_code == 9
    assert name in result.stderr
    assert archive("verify").exit_code == 0
