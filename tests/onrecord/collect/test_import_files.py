"""Text collections, WARC and WACZ files of others are imported."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.models import Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Resource
from onrecord.collect.open_evidence import open_evidence_alone
from onrecord.command_context import Context
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


def raw_collection(folder: Path, *lines: bytes, name: str = "raw.jsonl") -> Path:
    path = folder / name
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def line_of(**changes: Any) -> bytes:
    return json.dumps({**LINE, **changes}).encode()


BAD_LINES = [
    (line_of(text=5), "text: expected text, found 5"),
    (line_of(date=20190506), "date: expected text"),
    (line_of(url=["x"]), "url: expected text"),
    (line_of(issuer={}), "issuer: expected text"),
    (b'{"id": "x"}', "source: expected text, found nothing"),
    (line_of(id=""), "id: expected text, found nothing"),
    (line_of(lang="e" * 5000), "lang: expected a language tag, found 5000 characters"),
    (line_of(text="The \ud800 council"), "the lone surrogate U+D800"),
    (line_of(title="\udfff"), "the lone surrogate U+DFFF"),
    (line_of(id="a\udc80"), "the lone surrogate U+DC80"),
    (line_of(source="a\udcff"), "the lone surrogate U+DCFF"),
    (line_of(notes=[{"of": "\ud83d"}]), "the lone surrogate U+D83D"),
    (line_of(**{"\ud800": ""}), "the lone surrogate U+D800"),
    (line_of().replace(b"Meridian", b"\xed\xa0\x80"), "expected text in UTF-8"),
    (line_of().replace(b"Meridian", b"\xe9"), "expected text in UTF-8"),
    (b"[" * 100_000, "levels"),
    (line_of()[:-1] + b', "n": ' + b"9" * 10_000 + b"}", "digits"),
    (line_of(date=0).replace(b": 0", b": " + b"9" * 10_000), "digits"),
    (b"not JSON", "expected a JSON object"),
    (b"[1, 2]", "expected a JSON object, found list"),
    (b"null", "expected a JSON object, found NoneType"),
]


@pytest.mark.parametrize(("broken", "problem"), BAD_LINES)
def test_a_bad_line_is_named_and_passed_over(
    archive: Run, tmp_path: Path, broken: bytes, problem: str
) -> None:
    path = raw_collection(tmp_path, line_of(), broken, line_of(id="meridian:3", text="Other."))

    for _ in range(2):
        result = archive("import", path)

        assert result.exit_code == 1
        assert "raw.jsonl: line 2: " in result.stderr
        assert problem in result.stderr
        assert "1 passed over" in result.stderr

    rows = [json.loads(line)["statement"] for line in archive("export", "-").stdout.splitlines()]
    assert sorted(rows) == ["meridian:1", "meridian:3"]
    assert archive("rebuild").exit_code == 0
    assert archive("verify", "--deep").exit_code == 0


def test_each_bad_line_is_one_object(archive: Run, tmp_path: Path) -> None:
    path = raw_collection(tmp_path, line_of(), b"{}", b"", b"null")

    summary = json.loads(archive("import", path, "--json").stdout)

    assert summary["passed_over"] == [
        {
            "file": "raw.jsonl",
            "line": line,
            "offset": None,
            "record": "",
            "url": "",
            "reason": reason,
        }
        for line, reason in [
            (2, "id: expected text, found nothing"),
            (4, "expected a JSON object, found NoneType"),
        ]
    ]


def test_strict_takes_nothing_of_a_collection_with_a_bad_line(archive: Run, tmp_path: Path) -> None:
    bad = raw_collection(tmp_path, line_of(), b"{}")
    good = collection(tmp_path, {**LINE, "id": "meridian:2"})

    result = archive("import", bad, good, "--strict")

    assert result.exit_code == 1
    (row,) = archive("export", "-").stdout.splitlines()
    assert json.loads(row)["statement"] == "meridian:2"


@pytest.mark.parametrize("changes", [{"title": None}, {"title": ""}, {"url": None, "date": None}])
def test_a_line_without_a_title_or_other_optional_keys_is_taken(
    archive: Run, tmp_path: Path, changes: dict[str, Any]
) -> None:
    assert archive("import", raw_collection(tmp_path, line_of(**changes))).exit_code == 0
    assert "meridian:1" in archive("export", "-").stdout


@pytest.mark.parametrize(
    ("date", "issued"),
    [
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2024-05-06", "2024-05-06"),
        ("2024-05-06T10:00:00Z", "2024-05-06"),
    ],
)
def test_the_date_of_a_line_is_kept_as_precise_as_it_is(
    archive: Run, tmp_path: Path, date: str, issued: str
) -> None:
    assert archive("import", raw_collection(tmp_path, line_of(date=date))).exit_code == 0

    assert json.loads(archive("export", "-").stdout)["issued"] == issued


@pytest.mark.parametrize("date", ["2024-02-30", "03/04/2024", "2024-13", "2024-05-066"])
def test_a_line_with_a_date_that_is_unclear_or_does_not_exist_is_undated_and_named(
    archive: Run, tmp_path: Path, date: str
) -> None:
    result = archive("import", raw_collection(tmp_path, line_of(date=date)))

    assert f"meridian:1: date: expected one certain date, found '{date}'; left undated" in (
        result.stderr
    )
    assert json.loads(archive("export", "-").stdout)["issued"] == ""


def test_a_line_that_has_no_title_at_all_is_taken(archive: Run, tmp_path: Path) -> None:
    line = {key: value for key, value in LINE.items() if key != "title"}

    assert archive("import", collection(tmp_path, line)).exit_code == 0
    assert "meridian:1" in archive("show", "meridian:1").stdout


def test_a_line_over_the_limit_is_passed_over(archive: Run, tmp_path: Path) -> None:
    long_line = line_of(id="long", text="a" * (33 << 20))
    path = raw_collection(tmp_path, long_line, line_of())

    result = archive("import", path)

    assert result.exit_code == 1
    assert "line 1: expected at most 33554432 bytes, our limit" in result.stderr
    assert "meridian:1" in archive("export", "-").stdout


def test_of_a_cut_collection_the_whole_lines_are_taken(archive: Run, tmp_path: Path) -> None:
    lines = [{**LINE, "id": f"meridian:{n}", "text": f"Text {n * 7919}."} for n in range(200)]
    path = collection(tmp_path, *lines)
    path.write_bytes(path.read_bytes()[:-200])

    result = archive("import", path)

    assert result.exit_code == 1
    assert "whole gzip" in result.stderr
    assert "meridian:0" in archive("export", "-").stdout


def test_a_collection_of_which_no_line_can_be_unpacked_is_a_format_error(
    archive: Run, tmp_path: Path
) -> None:
    path = collection(tmp_path, LINE)
    path.write_bytes(path.read_bytes()[:-12])

    assert archive("import", path).exit_code == 9


def lines_as_stored_before(archive_folder: Path, *lines: bytes) -> list[str]:
    """Store `lines` as a version that did not check them would have; return their captures."""
    captures = []
    with open_evidence_alone(Context(archive_folder)) as evidence:
        for line in lines:
            metadata = CaptureMetadata(role=Role.TRANSCRIPT, outcome=Outcome.OK, source="Brook")
            resource = Resource(
                uri="urn:uuid:00000000-0000-4000-8000-000000000009",
                block=line,
                media_type="application/json",
                date=datetime(2026, 3, 4, tzinfo=UTC),
                metadata=metadata,
            )
            captures += [capture.id for capture in evidence.store.add_resources([resource])]
    return captures


@pytest.mark.parametrize("line", [line for line, _ in BAD_LINES])
def test_a_stored_line_that_cannot_be_read_is_unread_and_locks_nothing(
    archive: Run, archive_folder: Path, tmp_path: Path, line: bytes
) -> None:
    (capture,) = lines_as_stored_before(archive_folder, line)

    result = archive("import", collection(tmp_path, LINE))

    assert result.exit_code == 0
    assert capture in result.stderr
    assert archive("rebuild").exit_code == 0
    assert archive("verify", "--deep").exit_code == 0
    assert archive("erase", capture, "--reason", "broken", "--yes").exit_code == 0
    assert archive("rebuild").exit_code == 0
    assert archive("verify").exit_code == 0
    assert "meridian:1" in archive("export", "-").stdout


def test_erasing_needs_no_catalogue_that_has_the_capture(
    archive: Run, archive_folder: Path
) -> None:
    (capture,) = lines_as_stored_before(archive_folder, b"null")

    assert archive("erase", capture, "--reason", "broken", "--yes").exit_code == 0
    assert archive("verify").exit_code == 0


def test_a_file_name_that_is_no_text_stays_legible(archive: Run, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jsonl"))
    path.write_bytes(line_of() + b"\n")

    assert archive("import", path).exit_code == 0
    assert archive("rebuild").exit_code == 0
    assert "meridian:1" in archive("export", "-").stdout


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


def test_a_line_cannot_take_the_id_of_a_captured_statement(run: Run, tmp_path: Path) -> None:
    run("init")
    line = {"source": "x", "lang": "en", "text": "The ministry welcomes it.", "title": "t"}
    ids = ["web:https_ministry.example_n_1", "un_press:sc1234", "own:1", "web-notes/1"]
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps(line | {"id": name}) + "\n" for name in ids))

    result = run("import", file, "--json")

    summary = json.loads(result.stdout.splitlines()[-1])
    assert result.exit_code == 1
    assert summary["statements"] == 2
    assert [refused["line"] for refused in summary["passed_over"]] == [1, 2]
    assert "an id of the collection's own" in summary["passed_over"][0]["reason"]
