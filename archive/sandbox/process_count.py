"""How many sandbox processes to read in, where nobody says how many."""

import os

from archive.sandbox.available_memory import available_memory

_PROCESS_BYTES = 200 << 20  # a process that reads any page takes 160 MiB, one of sources 60
_MEMORY_SHARE = 0.5  # of what is available; the rest is for recording, and for other programs
# One process records what all others read. It keeps up with five that read pages of sources, with
# three that read feeds, and with more than ten that read pages without a source.
_MAX_PROCESSES = 5


def choose_process_count(cores: int, available_bytes: int | None) -> int:
    """Return one process a core, as far as memory reaches and as far as recording keeps up.

    `available_bytes` is None where it is unknown: then the cores alone decide. At least 1.
    """
    count = min(cores, _MAX_PROCESSES)
    if available_bytes is not None:
        count = min(count, int(available_bytes * _MEMORY_SHARE) // _PROCESS_BYTES)
    return max(1, count)


def default_process_count() -> int:
    """Return the number of processes to read in on this machine, now."""
    return choose_process_count(_available_cores(), available_memory())


def _available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
