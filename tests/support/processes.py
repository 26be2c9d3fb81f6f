"""Is a process that is no child of ours still there?"""

import os
from pathlib import Path


def runs(process: int) -> bool:
    """Say whether a process does anything yet; one that nobody reaps does not."""
    stat = Path(f"/proc/{process}/stat")
    try:
        os.kill(process, 0)
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
