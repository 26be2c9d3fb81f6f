"""A terminal shows how far reading is; nothing else does."""

from pathlib import Path

import pytest

from onrecord.progress import ReadingProgress, reading_line
from tests.conftest import Run
from tests.support.terminal import run_in_terminal
from tests.support.warc_of_pages import write_pages

SHOWN = "a second"


@pytest.mark.parametrize(
    ("captures", "share", "seconds", "line"),
    [
        (0, None, 0.0, "0 captures read"),
        (1, None, 4.0, "1 capture read, 0.2 a second"),
        (1234, None, 22.0, "1,234 captures read, 56 a second"),
        (50, 0.5, 10.0, "50 captures read, 5.0 a second; 50 % done, 10 s left"),
        (900, 0.1, 60.0, "900 captures read, 15 a second; 10 % done, 9 min left"),
        (90, 0.01, 90.0, "90 captures read, 1.0 a second; 1 % done, 2 h 28 min left"),
        (40, 1.0, 2.0, "40 captures read, 20 a second; 100 % done"),
        (0, 0.0, 2.0, "0 captures read, 0.0 a second; 0 % done"),
    ],
)
def test_a_line_has_the_captures_their_speed_and_what_is_left(
    captures: int, share: float | None, seconds: float, line: str
) -> None:
    assert reading_line(ReadingProgress(captures, share), seconds) == line


@pytest.fixture
def pages(run: Run, tmp_path: Path) -> Path:
    run("init")
    return write_pages(tmp_path / "pages.warc.gz")


def test_import_and_rebuild_show_it_on_a_terminal(
    pages: Path, run: Run, archive_folder: Path
) -> None:
    for words in (("import", pages), ("rebuild",)):
        stdout, shown = run_in_terminal(archive_folder, *words)
        assert SHOWN in shown, words
        assert "captures read" in shown
        assert "100 % done" in shown
        assert stdout == ""


def test_the_objects_of_json_are_alone_on_stdout(pages: Path, archive_folder: Path) -> None:
    stdout, shown = run_in_terminal(archive_folder, "import", "--json", pages)

    assert SHOWN in shown
    assert stdout.count("\n") == 1
    assert stdout.startswith("{")


def test_quiet_shows_none_on_a_terminal(pages: Path, archive_folder: Path) -> None:
    _, shown = run_in_terminal(archive_folder, "--quiet", "import", pages)
    assert SHOWN not in shown


def test_what_is_no_terminal_shows_none(pages: Path, run: Run) -> None:
    result = run("import", pages)
    assert SHOWN not in result.output
    assert "new statements" in result.output
