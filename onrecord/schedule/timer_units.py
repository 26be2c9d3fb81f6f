"""Write systemd user units and crontab lines that call `onrecord run`."""

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EXIT_NOTHING_DUE = 75  # EX_TEMPFAIL of sysexits.h: nothing to do now, call again


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A periodic call of the tool for one archive."""

    program: Sequence[str]  # the tool and its options, without the subcommand
    archive: Path
    minutes: int = 15

    @property
    def name(self) -> str:
        """Return a name that differs between the archives of one user."""
        return f"onrecord-{hashlib.sha256(str(self.archive).encode()).hexdigest()[:8]}"

    @property
    def command(self) -> list[str]:
        return [*self.program, "--quiet", "--archive", str(self.archive), "run"]


def service_unit(job: Job) -> str:
    """Return the .service unit (systemd.service(5))."""
    command_line = " ".join(_quote_systemd(argument) for argument in job.command)
    return f"""[Unit]
Description=OnRecord: visit the sources that are due ({job.archive.name})

[Service]
Type=oneshot
ExecStart={command_line}
SuccessExitStatus={EXIT_NOTHING_DUE}
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
MemoryMax=1G
TimeoutStartSec=90min
TimeoutStopSec=2min
Nice=10
"""


def timer_unit(job: Job) -> str:
    """Return the .timer unit (systemd.timer(5)); Persistent=true makes up once for missed calls."""
    return f"""[Unit]
Description=OnRecord: call every {job.minutes} minutes ({job.archive.name})

[Timer]
OnCalendar=*:0/{job.minutes}
RandomizedDelaySec={job.minutes * 20}
Persistent=true

[Install]
WantedBy=timers.target
"""


def cron_line(job: Job) -> str:
    """Return a crontab line (crontab(5)); the archive's digest selects the minutes.

    The job's name at its end marks it for removal. Exit code 75 is no failure; cron mails whatever
    else the tool prints.
    """
    first_minute = int(hashlib.sha256(str(job.archive).encode()).hexdigest(), 16) % job.minutes
    minutes = ",".join(str(minute) for minute in range(first_minute, 60, job.minutes))
    command_line = " ".join(shlex.quote(argument) for argument in job.command)
    command_line = f"umask 077; {command_line} || [ $? -eq {EXIT_NOTHING_DUE} ]"
    return f"{minutes} * * * * {_escape_cron(command_line)} {marker(job)}"


def marker(job: Job) -> str:
    return f"# {job.name}"


def add_line(crontab: str, job: Job) -> str:
    """Return a crontab with the job's line once, after all its other lines."""
    other_lines = remove_line(crontab, job)
    return f"{other_lines}{cron_line(job)}\n"


def remove_line(crontab: str, job: Job) -> str:
    """Return a crontab without the job's line."""
    lines = [line for line in crontab.splitlines() if not line.endswith(marker(job))]
    return "".join(f"{line}\n" for line in lines)


def _escape_cron(command: str) -> str:
    """Escape each %, which cron reads as a newline."""
    return command.replace("%", r"\%")


def _quote_systemd(argument: str) -> str:
    r"""Quote an argument for systemd (systemd.syntax(7)): % and $ are literal.

    >>> _quote_systemd("a b%c$d")
    '"a b%%c$$d"'
    """
    escaped = (
        argument.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    )
    return f'"{escaped}"' if set(escaped) - _UNQUOTED_CHARS else escaped


_UNQUOTED_CHARS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./%$:=@,+")
