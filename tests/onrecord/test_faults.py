"""After a crash, an interrupt or a full disk, everything that was captured is in the archive."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from runpy import run_path

import pytest

from tests.conftest import SAMPLE, Run
from tests.support.changing_publisher import page
from tests.support.paths import ROOT

PAGES = 250


@pytest.fixture(scope="module")
def many_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a WARC file of one edition with many statements."""
    folder = tmp_path_factory.mktemp("site")
    edition = folder / "2024-03-05"
    (edition / "statements").mkdir(parents=True)
    items = ""
    for number in range(1, PAGES + 1):
        name = f"pd-2024-{number}.html"
        text = f"Release the {number} who are held.\n" * 40
        (edition / "statements" / name).write_text(page(number, text.strip()))
        items += f'<li><a href="/statements/{name}">No. {number}</a></li>'
    listing = f'<html><body><ul class="statements">{items}</ul></body></html>'
    (edition / "statements" / "index.html").write_text(listing)
    path = folder / "panel-2024-03-05.warc.gz"
    run_path(str(SAMPLE / "pack.py"))["pack"](edition, path)
    return path


@pytest.fixture
def archive(run: Run, archive_folder: Path) -> Run:
    run("init")
    shutil.copy(SAMPLE / "meridian_panel.toml", archive_folder / "sources")
    return run


def start_scrape(
    folder: Path, files: Path, limit: Callable[[], None] | None = None
) -> "subprocess.Popen[str]":
    """Start `onrecord scrape` as a process of its own."""
    arguments = ["--archive", str(folder), "scrape", "meridian_panel", "--from", str(files)]
    return subprocess.Popen(
        [sys.executable, "-m", "onrecord", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    )


def wait_until_captured(process: "subprocess.Popen[str]", folder: Path, size: int) -> None:
    """Wait until the process has stored so many bytes of evidence."""
    while process.poll() is None:
        stored = sum(path.stat().st_size for path in (folder / "warc").rglob("*.warc.gz"))
        if stored >= size:
            return


def count_statements(run: Run) -> int:
    return len(run("export", "-").stdout.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 20_000, 60_000])
def test_captures_of_a_killed_run_are_read_by_the_next_run(
    archive: Run, archive_folder: Path, many_pages: Path, size: int
) -> None:
    process = start_scrape(archive_folder, many_pages)
    wait_until_captured(process, archive_folder, size)
    process.kill()
    process.communicate()

    result = archive("scrape", "meridian_panel", "--from", many_pages)

    assert result.exit_code == 0
    assert "recovered" in result.stderr
    assert count_statements(archive) == PAGES
    assert archive("verify").exit_code == 0


@pytest.mark.slow
def test_an_interrupted_run_reports_it_and_keeps_its_captures(
    archive: Run, archive_folder: Path, many_pages: Path
) -> None:
    process = start_scrape(archive_folder, many_pages)
    wait_until_captured(process, archive_folder, 20_000)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()

    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert archive("verify").exit_code == 0
    archive("scrape", "meridian_panel", "--from", many_pages)
    assert count_statements(archive) == PAGES


@pytest.mark.slow
def test_a_full_disk_is_a_one_line_error_and_damages_nothing(
    archive: Run, archive_folder: Path, many_pages: Path
) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    process = start_scrape(archive_folder, many_pages, small_disk)
    _, errors = process.communicate()

    assert process.returncode == 12, errors
    assert errors.count("\n") == 1
    assert archive("verify").exit_code == 0
    archive("scrape", "meridian_panel", "--from", many_pages)
    assert count_statements(archive) == PAGES


def test_a_closed_output_pipe_is_no_error(panel_archive: Run, archive_folder: Path) -> None:
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "onrecord", "--archive", str(archive_folder), "export", "-"],
        cwd=ROOT,
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write_end)
    os.close(read_end)

    _, errors = process.communicate()

    assert (process.returncode, errors) == (0, "")
