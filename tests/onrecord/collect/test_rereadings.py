"""A better reading of the same captures: the ids of the former one still resolve."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.onrecord.conftest import Collecting

WORDS = "Nine people are held at the mill of Ostrel in Case 1, says the Panel."
STATEMENT = "meridian_panel:PD_2024_1"


@pytest.fixture
def read(collecting: Collecting, run: Run) -> str:
    """Return the id of a version that a source without its first words has read."""
    change_source(collecting.folder, 'text = ".statement .body"', 'text = ".statement h1"')
    collecting.publisher.publish(1, WORDS)
    collecting.every(24, 1)
    (version,) = objects(run, "versions", STATEMENT)
    change_source(collecting.folder, 'text = ".statement h1"', 'text = ".statement .body"')
    assert run("rebuild").exit_code == 0
    return str(version["version"])


def change_source(folder: Path, before: str, after: str) -> None:
    path = folder / "sources/meridian_panel.toml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def objects(run: Run, *words: str) -> list[dict[str, object]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_former_id_shows_the_words_as_they_are_read_now_and_those_that_differ(
    read: str, run: Run
) -> None:
    (shown,) = objects(run, "show", read)

    (former,) = shown["formerly"]
    assert shown["version"] != read
    assert shown["text"] == WORDS
    assert former["version"] == read
    assert former["change_count"] > 0
    assert "Case" in former["changes"][0]["after"]


def test_the_evidence_alone_keeps_a_former_id(read: str, collecting: Collecting, run: Run) -> None:
    shown = objects(run, "show", read)
    (collecting.folder / "catalogue.sqlite").unlink()
    shutil.rmtree(collecting.folder / "index", ignore_errors=True)

    assert run("rebuild").exit_code == 0

    assert objects(run, "show", read) == shown
    assert run("verify").exit_code == 0


def test_a_capture_that_is_read_anew_twice_keeps_both_former_ids(
    read: str, collecting: Collecting, run: Run
) -> None:
    (second,) = objects(run, "versions", STATEMENT)
    change_source(collecting.folder, 'text = ".statement .body"', 'text = ".statement"')

    assert run("rebuild").exit_code == 0

    (now,) = objects(run, "versions", STATEMENT)
    assert objects(run, "show", read)[0]["version"] == now["version"]
    assert [former["version"] for former in now["formerly"]] == sorted([read, second["version"]])


def test_a_reader_that_is_taken_back_gives_the_first_id_back(
    read: str, collecting: Collecting, run: Run
) -> None:
    (second,) = objects(run, "versions", STATEMENT)
    change_source(collecting.folder, 'text = ".statement .body"', 'text = ".statement h1"')

    assert run("rebuild").exit_code == 0

    assert objects(run, "show", read)[0]["version"] == read
    assert objects(run, "show", str(second["version"]))[0]["version"] == read


def test_a_statement_that_is_named_otherwise_now_resolves_by_its_former_name(
    collecting: Collecting, run: Run
) -> None:
    collecting.publisher.publish(1, WORDS)
    collecting.every(24, 1)
    (version,) = objects(run, "versions", STATEMENT)
    change_source(
        collecting.folder, 'identity = ".statement .symbol"', 'identity = ".statement h1"'
    )

    assert run("rebuild").exit_code == 0

    (shown,) = objects(run, "show", str(version["version"]))
    assert shown["statement"] != STATEMENT
    assert shown["text"] == WORDS
    assert objects(run, "show", STATEMENT)[0]["version"] == shown["version"]


def test_a_rebuild_that_reads_the_same_words_enters_no_rereading_in_the_log(
    read: str, collecting: Collecting, run: Run
) -> None:
    before = entries(collecting.folder)

    assert run("rebuild").exit_code == 0

    added = entries(collecting.folder).removeprefix(before).splitlines()
    assert added
    assert all(b'"kind":"catalogued"' in line for line in added[:-1])
    assert b'"kind":"rebuilt"' in added[-1]
    assert before.count(b'"kind":"rereading"') == 1


def entries(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (folder / "log").glob("entries*"))


def test_an_erased_statement_leaves_no_word_of_its_former_reading(
    read: str, collecting: Collecting, run: Run
) -> None:
    assert b"Case 1" in entries(collecting.folder)

    erased = run("erase", STATEMENT, "--reason", "asked to", "--who", "us", "--yes")

    assert erased.exit_code == 0, erased.output
    assert b"Case 1" not in entries(collecting.folder)
    assert run("show", read).exit_code != 0
    assert run("verify", "--deep").exit_code == 0
    assert run("rebuild").exit_code == 0
    assert run("show", read).exit_code != 0
