"""What tells the machine to call `onrecord run`: systemd user units or a line for cron."""

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NOTHING_DUE = 75  # EX_TEMPFAIL of sysexits.h: nothing to do now, call again


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be called, how often, for which archive."""

    program: Sequence[str]  # the tool and its options, without the verb
    archive: Path
    minutes: int = 15

    @property
    def name(self) -> str:
        """Return a name that two archives of one user do not share."""
        return f"onrecord-{hashlib.sha256(str(self.archive).encode()).hexdigest()[:8]}"

    @property
    def words(self) -> list[str]:
        return [*self.program, "--quiet", "--archive", str(self.archive), "run"]


def service(job: Job) -> str:
    """Return the .service unit (systemd.service(5))."""
    command = " ".join(_systemd_quoted(word) for word in job.words)
    return f"""[Unit]
Description=OnRecord: visit the sources that are due ({job.archive.name})

[Service]
Type=oneshot
ExecStart={command}
SuccessExitStatus={NOTHING_DUE}
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
MemoryMax=1G
TimeoutStartSec=90min
TimeoutStopSec=2min
Nice=10
"""


def timer(job: Job) -> str:
    """Return the .timer unit (systemd.timer(5)): it makes up once for calls missed while off."""
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
    """Return a crontab line (crontab(5)), at minutes of this archive's own.

    The archive's name at its end is how it is found again. Exit code 75 is no news; everything else
    that the tool says is mailed by cron.
    """
    offset = int(hashlib.sha256(str(job.archive).encode()).hexdigest(), 16) % job.minutes
    minutes = ",".join(str(minute) for minute in range(offset, 60, job.minutes))
    command = " ".join(shlex.quote(word) for word in job.words)
    command = f"umask 077; {command} || [ $? -eq {NOTHING_DUE} ]"
    return f"{minutes} * * * * {_cron_escaped(command)} {marker(job)}"


def marker(job: Job) -> str:
    return f"# {job.name}"


def with_line(crontab: str, job: Job) -> str:
    """Return a crontab that has the job's line once, and all that it had before."""
    kept = without_line(crontab, job)
    return f"{kept}{cron_line(job)}\n"


def without_line(crontab: str, job: Job) -> str:
    """Return a crontab without the job's line, and all else that it had."""
    lines = [line for line in crontab.splitlines() if not line.endswith(marker(job))]
    return "".join(f"{line}\n" for line in lines)


def _cron_escaped(command: str) -> str:
    """In a crontab, a % is the end of the line."""
    return command.replace("%", r"\%")


def _systemd_quoted(word: str) -> str:
    r"""Return a word as systemd reads it back (systemd.syntax(7)): % and $ stand for themselves.

    >>> _systemd_quoted("a b%c$d")
    '"a b%%c$$d"'
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if set(escaped) - _PLAIN else escaped


_PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./%$:=@,+")
