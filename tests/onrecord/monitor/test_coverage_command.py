"""The command coverage, as a user calls it."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run

DAYS = ["1948-12-10", "2024-03-04", "2024-03-09"]


@pytest.fixture
def coverage(run: Run, tmp_path: Path) -> Run:
    """Run `coverage` on an archive of one invented collection."""
    lines = [
        {"id": f"n{i}", "source": "Brook Council", "lang": "en", "date": day, "text": f"Note {i}."}
        for i, day in enumerate(DAYS)
    ]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    run("init")
    run("import", path)
    return lambda *args: run("coverage", *args)


def test_each_day_of_which_something_is_held_is_shown(coverage: Run) -> None:
    rows = [json.loads(line) for line in coverage("--json").stdout.splitlines()]

    assert [row["day"] for row in rows if row["held"]] == DAYS


def test_a_day_stands_in_its_own_column(coverage: Run) -> None:
    lines = coverage("--since", "2024-03-01").stdout.splitlines()

    assert lines[-1] == f"  2024-03  {'   #    #':<31}  2"


@pytest.mark.parametrize("name", ["Brook Counsil", "brook_council", "BROOK COUNCIL", "Brook"])
def test_an_unknown_source_is_refused_with_the_nearest(coverage: Run, name: str) -> None:
    result = coverage(name)

    assert result.exit_code == 4
    assert "the nearest is Brook Council" in result.stderr


def test_a_source_of_which_nothing_is_known_yet_is_no_error_of_its_name(coverage: Run) -> None:
    result = coverage("un_press")

    assert result.exit_code == 1
    assert "nothing is known of any day" in result.stderr


def test_an_empty_name_is_refused(coverage: Run) -> None:
    assert coverage("").exit_code == 4
