"""The number of reading processes follows from cores and memory."""

from pathlib import Path

import pytest

from archive.sandbox.available_memory import available_memory
from archive.sandbox.process_count import choose_process_count, default_process_count

GIB = 1 << 30
MEMINFO = "MemTotal:        8000000 kB\nMemFree:          500000 kB\nMemAvailable:    4194304 kB\n"


@pytest.mark.parametrize(
    ("cores", "available", "count"),
    [
        (1, 16 * GIB, 1),
        (2, 16 * GIB, 2),
        (4, 16 * GIB, 4),
        (64, 256 * GIB, 5),  # recording keeps up with no more
        (4, GIB, 2),  # half of it has room for two
        (4, 200 << 20, 1),
        (4, 1, 1),  # one always reads
        (3, None, 3),  # unknown: the cores decide
    ],
)
def test_the_count_is_one_a_core_within_half_of_the_memory(
    cores: int, available: int | None, count: int
) -> None:
    assert choose_process_count(cores, available) == count


def test_this_machine_has_at_least_one() -> None:
    assert 1 <= default_process_count() <= 5


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_the_memory_is_what_linux_says_is_available(tmp_path: Path) -> None:
    assert available_memory(write(tmp_path, {"proc/meminfo": MEMINFO})) == 4 * GIB


def test_a_limit_of_cgroup_v2_counts_if_it_leaves_less(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/meminfo": MEMINFO,
            "proc/self/cgroup": "0::/user.slice/session.scope\n",
            "sys/fs/cgroup/user.slice/memory.max": f"{2 * GIB}\n",
            "sys/fs/cgroup/user.slice/memory.current": f"{GIB}\n",
            "sys/fs/cgroup/user.slice/memory.stat": f"anon 5\ninactive_file {GIB // 2}\n",
            "sys/fs/cgroup/user.slice/session.scope/memory.max": "max\n",
            "sys/fs/cgroup/user.slice/session.scope/memory.current": f"{GIB}\n",
        },
    )
    assert available_memory(root) == GIB + GIB // 2


def test_a_limit_in_a_container_of_cgroup_v1_counts(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/meminfo": MEMINFO,
            "proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n0::/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{GIB}\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{GIB // 4}\n",
            "sys/fs/cgroup/memory/memory.stat": "cache 9\n",
        },
    )
    assert available_memory(root) == GIB - GIB // 4


def test_a_limit_that_is_used_up_leaves_next_to_nothing(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/meminfo": MEMINFO,
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/memory.max": "1000\n",
            "sys/fs/cgroup/memory.current": "2000\n",
        },
    )
    assert available_memory(root) == 1


def test_a_system_without_proc_has_what_sysconf_says(tmp_path: Path) -> None:
    memory = available_memory(tmp_path)
    assert memory is None or memory > 1 << 20
