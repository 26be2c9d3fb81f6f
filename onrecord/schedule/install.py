"""Hand the job to systemd or to cron, and take it back."""

import shutil
import subprocess
import sys
from pathlib import Path

from archive.errors import ArchiveFolderError
from onrecord.schedule.timer_units import Job, service, timer, with_line, without_line


def program() -> list[str]:
    """Return how this very tool is called, wherever it is called from."""
    script = Path(sys.executable).with_name("onrecord")
    return [str(script)] if script.exists() else [sys.executable, "-m", "onrecord"]


def unit_folder() -> Path:
    from platformdirs import user_config_path

    return user_config_path("systemd") / "user"


def install_units(job: Job, folder: Path) -> list[Path]:
    """Write the two units into `folder`; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{job.name}.service", folder / f"{job.name}.timer"]
    for path, text in zip(paths, (service(job), timer(job)), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def remove_units(job: Job, folder: Path) -> list[Path]:
    """Remove the units from `folder`; return those that were there."""
    paths = [folder / f"{job.name}.service", folder / f"{job.name}.timer"]
    there = [path for path in paths if path.exists()]
    for path in there:
        path.unlink()
    return there


def systemctl(*words: str) -> bool:
    """Tell the user's systemd something; return whether it did it."""
    found = shutil.which("systemctl")
    if found is None:
        return False
    done = subprocess.run([found, "--user", *words], capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


def crontab() -> str:
    """Return the user's crontab, "" where there is none; HomeError where there is no cron."""
    done = subprocess.run([_crontab(), "-l"], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout if done.returncode == 0 else ""


def write_crontab(text: str) -> None:
    done = subprocess.run(  # noqa: S603
        [_crontab(), "-"], input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ArchiveFolderError(
            f"crontab: expected it to take the new table, found: {done.stderr.strip()}"
        )


def _crontab() -> str:
    found = shutil.which("crontab")
    if found is None:
        raise ArchiveFolderError(
            "crontab: no such program here (print the line with: schedule show --cron)"
        )
    return found


def install_cron(job: Job) -> None:
    write_crontab(with_line(crontab(), job))


def remove_cron(job: Job) -> bool:
    """Remove the job's line; return whether there was one."""
    before = crontab()
    after = without_line(before, job)
    if after != before:
        write_crontab(after)
    return after != before
