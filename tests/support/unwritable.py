"""Archives that a process can read and not write to, also where the tests run as root."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.paths import ROOT

_PR_CAPBSET_DROP = 24  # prctl(2)
_OVERRIDING = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: capabilities(7)


def respect_modes() -> None:
    """Give up root's right to pass over file modes, for what this process will execute."""
    if os.geteuid() == 0:
        prctl = ctypes.CDLL(None).prctl
        for capability in _OVERRIDING:
            prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@contextmanager
def unwritable(folder: Path) -> Iterator[Path]:
    """Take the right to write from every file and folder below `folder` in the block."""
    paths = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield folder
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def run_reading(folder: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a command of onrecord on an archive, as a user who has to respect file modes."""
    command = [sys.executable, "-m", "onrecord", "--archive", str(folder), *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, preexec_fn=respect_modes
    )
