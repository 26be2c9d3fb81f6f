"""Install a job in systemd or cron, and remove it."""

import logging
import shutil
import subprocess
import sys
from pathlib import Path

from archive.errors import ArchiveFolderError
from onrecord.schedule.timer_units import Job, add_line, remove_line, service_unit, timer_unit

logger = logging.getLogger(__name__)


def program_command() -> list[str]:
    """Return the command that calls this installation of the tool from any folder."""
    script = Path(sys.executable).with_name("onrecord")
    return [str(script)] if script.exists() else [sys.executable, "-m", "onrecord"]


def unit_folder() -> Path:
    from platformdirs import user_config_path

    return user_config_path("systemd") / "user"


def install_units(job: Job, folder: Path) -> list[Path]:
    """Write the two units into `folder`; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{job.name}.service", folder / f"{job.name}.timer"]
    for path, text in zip(paths, (service_unit(job), timer_unit(job)), strict=True):
        path.write_text(text, encoding="utf-8")
        logger.info("wrote %s", path.name)
    return paths


def remove_units(job: Job, folder: Path) -> list[Path]:
    """Remove the units from `folder`; return the paths of those that existed."""
    paths = [folder / f"{job.name}.service", folder / f"{job.name}.timer"]
    existing = [path for path in paths if path.exists()]
    for path in existing:
        path.unlink()
        logger.info("removed %s", path.name)
    return existing


def systemctl(*arguments: str) -> bool:
    """Call `systemctl --user`; return whether it succeeded, False where there is no systemd."""
    path = shutil.which("systemctl")
    if path is None:
        return False
    process = subprocess.run([path, "--user", *arguments], capture_output=True, check=False)  # noqa: S603
    logger.debug("systemctl %s: exit code %d", arguments[0], process.returncode)
    return process.returncode == 0


def read_crontab() -> str:
    """Return the user's crontab, "" where it is empty; ArchiveFolderError if cron is missing."""
    process = subprocess.run([_crontab_path(), "-l"], capture_output=True, text=True, check=False)  # noqa: S603
    return process.stdout if process.returncode == 0 else ""


def write_crontab(text: str) -> None:
    process = subprocess.run(  # noqa: S603
        [_crontab_path(), "-"], input=text, capture_output=True, text=True, check=False
    )
    if process.returncode:
        raise ArchiveFolderError(
            f"crontab: expected it to take the new table, found: {process.stderr.strip()}"
        )
    logger.info("wrote the crontab")


def _crontab_path() -> str:
    path = shutil.which("crontab")
    if path is None:
        raise ArchiveFolderError(
            "crontab: no such program here (print the line with: schedule show --cron)"
        )
    return path


def install_cron(job: Job) -> None:
    write_crontab(add_line(read_crontab(), job))


def remove_cron(job: Job) -> bool:
    """Remove the job's line; return whether there was one."""
    before = read_crontab()
    after = remove_line(before, job)
    if after != before:
        write_crontab(after)
    return after != before
