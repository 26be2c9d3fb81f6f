"""How much memory further processes may use: what the machine has, and the limits of a container.

Linux: proc(5), /proc/meminfo, and cgroups(7), the files of the memory controller (v1 and v2).
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class _Controller:
    """The names of the files in which a version of cgroups limits memory, in bytes."""

    mount: str
    limit: str
    usage: str
    reclaimable: str  # the line of memory.stat that counts cached files in `usage`


_V1 = _Controller(
    "sys/fs/cgroup/memory",
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    "total_inactive_file",
)
_V2 = _Controller("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file")


def available_memory(root: Path = Path("/")) -> int | None:
    """Return how many bytes further processes may use; None where that is unknown.

    `root` is where proc/ and sys/ are.
    """
    amounts = [amount for amount in (_memory_of_machine(root), *_memory_of_groups(root)) if amount]
    return min(amounts, default=None)


def _memory_of_machine(root: Path) -> int | None:
    kibibytes = _stated_number(root / "proc/meminfo", "MemAvailable:")
    if kibibytes is not None:
        return kibibytes << 10
    with suppress(ValueError, OSError):  # a name that this system does not have
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _memory_of_groups(root: Path) -> Iterator[int]:
    """Yield what is left in each control group of this process, down to 1 byte."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if "memory" in controllers.split(","):
            controller = _V1
        elif number == "0":
            controller = _V2
        else:
            continue
        group = PurePosixPath(path)
        for folder in (group, *group.parents):
            files = root / controller.mount / str(folder).lstrip("/")
            limit = _parse(_read(files / controller.limit))
            usage = _parse(_read(files / controller.usage))
            if limit is not None and usage is not None:
                cached = _stated_number(files / "memory.stat", controller.reclaimable) or 0
                yield max(1, limit - usage + cached)


def _stated_number(path: Path, name: str) -> int | None:
    """Return the number beside `name` in a file of names and numbers; None where it has none."""
    for line in _read(path).splitlines():
        words = line.split()
        if words[:1] == [name]:
            return _parse(words[1])
    return None


def _parse(text: str) -> int | None:
    """Return a number; None for "max", which is no limit, and for what is missing."""
    return int(text) if text.strip().isdecimal() else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""  # not this version of cgroups, or another system
