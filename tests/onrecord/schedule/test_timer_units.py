"""The systemd units and the crontab line call `run` as systemd and cron would."""

import os
import shlex
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from archive.catalogue.database import transaction
from archive.catalogue.monitoring import schedule_table
from archive.run_records import ScheduleEntry
from onrecord.command_context import Context
from onrecord.schedule.timer_units import (
    EXIT_NOTHING_DUE,
    Job,
    add_line,
    cron_line,
    remove_line,
    service_unit,
    timer_unit,
)
from tests.conftest import Run
from tests.support.builders import START
from tests.support.paths import ROOT


def job(archive: Path = Path("/srv/ngo archive/100%")) -> Job:
    return Job(program=[sys.executable, "-m", "onrecord"], archive=archive)


def run_command(command: list[str] | str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, **options
    )  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def nothing_due(run: Run, archive_folder: Path) -> Path:
    """Return an archive whose every source is paused: a call of `run` sends no request."""
    run("init")
    entries = [
        ScheduleEntry(source=name, next_due=START, rhythm=timedelta(days=1), paused=True)
        for name in Context(archive_folder).sources
    ]
    with transaction(archive_folder / "catalogue.sqlite") as connection:
        schedule_table.save_schedule_entries(connection, entries)
    return archive_folder


def test_the_crontab_line_does_what_cron_would_do_with_it(nothing_due: Path) -> None:
    line = cron_line(job(nothing_due))

    # crontab(5): five fields, then the command; \% stands for %.
    command = line.split(maxsplit=5)[5].replace(r"\%", "%")
    process = run_command(["/bin/sh", "-c", command])

    assert (process.returncode, process.stdout) == (0, "")
    assert (nothing_due / "catalogue.sqlite").stat().st_mode & 0o077 == 0


def test_the_units_command_does_what_systemd_would_do_with_it(nothing_due: Path) -> None:
    text = service_unit(job(nothing_due))
    command = next(line for line in text.splitlines() if line.startswith("ExecStart="))

    process = run_command(shlex.split(command.removeprefix("ExecStart=")))

    assert process.returncode == EXIT_NOTHING_DUE
    assert f"SuccessExitStatus={EXIT_NOTHING_DUE}" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_units_without_a_warning(tmp_path: Path) -> None:
    units = {"service": service_unit(job()), "timer": timer_unit(job())}
    paths = [tmp_path / f"{job().name}.{kind}" for kind in units]
    for path, text in zip(paths, units.values(), strict=True):
        path.write_text(text)

    process = run_command(["systemd-analyze", "verify", "--man=no", *map(str, paths)])

    own_lines = [line for line in process.stderr.splitlines() if job().name in line]
    assert (process.returncode, own_lines) == (0, [])


def test_a_percent_sign_does_not_end_a_crontab_line() -> None:
    assert r"100\%" in cron_line(job())
    assert "100%%" in service_unit(job())


def test_a_crontab_keeps_its_other_lines_and_has_ours_once() -> None:
    others = "MAILTO=me\n0 5 * * * backup\n"

    twice = add_line(add_line(others, job()), job())

    assert twice == others + cron_line(job()) + "\n"
    assert remove_line(twice, job()) == others


def test_install_writes_the_units_and_remove_takes_them_away(run: Run, tmp_path: Path) -> None:
    run("init")
    folder = tmp_path / "units"

    written = run("schedule", "install", "--units", folder, "--no-start").stdout.split()

    assert sorted(Path(path).suffix for path in written) == [".service", ".timer"]
    assert all(Path(path).parent == folder for path in written)
    assert run("schedule", "remove", "--units", folder).exit_code == 0
    assert list(folder.iterdir()) == []
    assert run("schedule", "remove", "--units", folder).exit_code == 1
