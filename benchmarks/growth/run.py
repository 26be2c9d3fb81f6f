"""Time, memory and disk of each command as an archive grows.

Run: python -m benchmarks.growth.run --corpora DIR --folder DIR [--sizes 100000 250000 500000]
[--rebuild]. The archive in FOLDER is kept, and grows by `import` from one size to the next: a size
that it has reached is only measured. `--rebuild` also measures `rebuild`, on a copy. Each command
is a process of its own; its memory is the peak resident set that the kernel has counted for it.
"""

import argparse
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_ONRECORD = (sys.executable, "-m", "onrecord", "--archive")
_PHRASE = '"health care"'


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took."""

    wall: float  # s
    cpu: float  # s
    memory: int  # MB, the peak


def measure(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end, and return what it took; SystemExit where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command}: exit code {process.returncode}")
    return Cost(
        time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
    )


def grow(archive: Path, corpora: Path, first: int, last: int) -> Cost:
    """Add the statements `first` to `last` to `archive`, and return what `import` took."""
    path = archive.with_name(f"{first}-{last}.jsonl.gz")
    make = (sys.executable, "-m", "benchmarks.growth.collection")
    subprocess.run([*make, corpora, path, str(first), str(last)], check=True)
    if not archive.exists():
        measure([*_ONRECORD, archive, "init"])
    cost = measure([*_ONRECORD, archive, "import", path])
    path.unlink()
    return cost


def costs_of_commands(archive: Path) -> dict[str, Cost]:
    """Return what each command takes that reads the archive."""
    name = _statement(archive)
    pack = archive.with_name("pack.zip")
    commands = {
        "status": ["status"],
        "search": ["search", _PHRASE],
        "show": ["show", name],
        "cite": ["cite", name],
        "quotes": ["quotes", name],
        "prove": ["prove", name, "--out", str(pack)],
        "coverage": ["coverage"],
        "verify --quick": ["verify", "--quick"],
        "verify": ["verify"],
    }
    costs = {}
    for verb, arguments in commands.items():
        pack.unlink(missing_ok=True)
        costs[verb] = measure([*_ONRECORD, archive, *arguments])
    return costs


def cost_of_rebuild(archive: Path) -> Cost:
    copy = archive.with_name("rebuilt")
    shutil.copytree(archive, copy)
    try:
        return measure([*_ONRECORD, copy, "rebuild"])
    finally:
        shutil.rmtree(copy)


def _statement(archive: Path) -> str:
    """Return the statement of the first version."""
    return str(_value(archive, "SELECT statement FROM version ORDER BY seq LIMIT 1"))


def _count(archive: Path) -> int:
    return int(_value(archive, "SELECT count(*) FROM statement")) if archive.exists() else 0


def _value(archive: Path, query: str) -> str:
    connection = sqlite3.connect(archive / "catalogue.sqlite")
    try:
        return str(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


def text_bytes(archive: Path) -> int:
    """Return the bytes of all texts, in UTF-8."""
    from archive.catalogue.database import transaction

    query = "SELECT sum(length(CAST(plain_text(text) AS BLOB))) FROM version_text"
    with transaction(archive / "catalogue.sqlite") as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def disk_by_part(archive: Path) -> dict[str, int]:
    """Return the bytes of catalogue, index, WARC files and log."""
    parts = {
        "catalogue": archive.glob("catalogue.sqlite*"),
        "index": (archive / "index").glob("*"),
        "WARC files": (archive / "warc").rglob("*"),
        "log": (archive / "log").rglob("*"),
    }
    return {
        name: sum(path.stat().st_size for path in paths if path.is_file())
        for name, paths in parts.items()
    }


def print_table(archive: Path, costs: dict[str, Cost]) -> None:
    print(f"\n## {_count(archive):,} statements\n")
    print("| command | wall s | CPU s | peak MB |\n| --- | ---: | ---: | ---: |")
    for verb, cost in costs.items():
        print(f"| {verb} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory} |")
    size, parts = text_bytes(archive), disk_by_part(archive)
    print(f"\n{size / 1e6:.0f} MB of text. Disk, in parts of it:\n")
    print("| part | of the text |\n| --- | ---: |")
    for name, count in {**parts, "all": sum(parts.values())}.items():
        print(f"| {name} | {count / size:.2f} |")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 250_000, 500_000])
    parser.add_argument("--rebuild", action="store_true")
    options = parser.parse_args()
    print(
        f"onrecord {version('onrecord')}, Python {platform.python_version()}, SQLite"
        f" {sqlite3.sqlite_version}, {platform.machine()} {platform.system()},"
        f" {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    archive = options.folder / "archive"
    for size in options.sizes:
        first, costs = _count(archive), dict[str, Cost]()
        if first > size:
            continue
        if first < size:
            costs["import"] = grow(archive, options.corpora, first, size)
        costs |= costs_of_commands(archive)
        if options.rebuild:
            costs["rebuild"] = cost_of_rebuild(archive)
        print_table(archive, costs)


if __name__ == "__main__":
    main()
