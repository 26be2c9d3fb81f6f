"""How often tests repeat a kill, a flipped bit or a random case."""

import os

SOAK = os.environ.get("ONRECORD_SOAK") == "1"  # set by `make soak`


def sampled(quick: int, full: int) -> int:
    """Return `full` under `make soak`, else `quick`."""
    return full if SOAK else quick
