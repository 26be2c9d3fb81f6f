"""Run a command whose stderr is a terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.support.paths import ROOT

_TERMINAL = {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"}


def run_in_terminal(archive: Path, *words: object) -> tuple[str, str]:
    """Return what `onrecord` prints on stdout, and on its terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "onrecord", "--archive", archive, *words]
    with subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | _TERMINAL,
        text=True,
    ) as process:
        os.close(theirs)
        shown = b"".join(_chunks(ours)).decode()
        os.close(ours)
        return process.communicate()[0], shown


def _chunks(handle: int) -> Iterator[bytes]:
    """Yield what is written to a terminal until nobody has it open: Linux says so by EIO."""
    with suppress(OSError):
        while chunk := os.read(handle, 4096):
            yield chunk
