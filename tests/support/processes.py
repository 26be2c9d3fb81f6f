"""Tell whether a process that is not a child of ours is still running."""

import os
from pathlib import Path


def is_running(pid: int) -> bool:
    """Return whether process `pid` is running; a zombie is not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
