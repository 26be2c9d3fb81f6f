"""`verify` beside `sha256sum` on the same files, and the speed of the log and of packs.

Run: python benchmarks/verify.py. Interleaved, best of several rounds, with machine and ratios.
"""

import argparse
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive.archive_folder import ArchiveFolder
from archive.integrity.fixity import CheckScope, check
from archive.integrity.log_audit import TrustAnchors, audit_log
from archive.log.signed_log import Log
from tests.support.evidence_packs import (
    archive_with_pack,
    verify_with_python,
    verify_with_shell,
)
from tests.support.filled_logs import NOON, capture, new_log
from tests.support.whole_archives import METADATA, Archive, make_exchange

WORDS = ("border", "people", "council", "security", "regret", "condemn", "urge", "free", "held")


def filled(folder: Path, pages: int) -> ArchiveFolder:
    """Return an archive of so many pages of some 25 kB."""
    chance = random.Random(1)
    with Archive(folder) as archive:
        for number in range(pages):
            words = " ".join(chance.choice(WORDS) + str(chance.randrange(999)) for _ in range(3000))
            archive.store.add(make_exchange(number, words.encode()), METADATA)
    return archive.home


def timed(act: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def verified(home: ArchiveFolder, **scope: bool) -> Callable[[], object]:
    now = datetime.now(UTC)
    return lambda: list(check(home, trust=TrustAnchors(), now=now, scope=CheckScope(**scope)))


def files(home: ArchiveFolder, rounds: int) -> None:
    paths = sorted(home.warc.rglob("*.warc.gz"))
    size = sum(path.stat().st_size for path in paths)
    acts: dict[str, Callable[[], object]] = {
        "sha256sum": lambda: subprocess.run(["sha256sum", *paths], capture_output=True, check=True),
        "verify": verified(home),
        "verify --quick": verified(home, quick=True),
        "verify --deep": verified(home, deep=True),
    }
    best = dict.fromkeys(acts, 9e9)
    for _ in range(rounds):
        for name, act in acts.items():
            best[name] = min(best[name], timed(act)[0])
    print(f"{len(paths)} files, {size / 1e6:.0f} MB, best of {rounds}, interleaved")
    for name, wall in best.items():
        ratio = best["sha256sum"] / wall
        print(
            f"  {name:<16} {wall:7.3f} s {size / wall / 1e6:8.0f} MB/s   {ratio:5.2f} x sha256sum"
        )


def log(count: int) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        new = [capture(number) for number in range(count)]
        with new_log(folder) as opened:
            appended = timed(
                lambda: [opened.append(new[at : at + 1000]) for at in range(0, count, 1000)]
            )
            single = timed(lambda: [opened.append([one]) for one in new[:500]])
            opened.checkpoint()
        with Log.open_for_reading(folder / "log") as opened:
            audited = timed(lambda: list(audit_log(opened, TrustAnchors(), NOON)))
        print(f"log of {count} entries")
        print(f"  appended by thousands {appended[0]:7.2f} s wall {appended[1]:7.2f} s CPU")
        print(f"  appended one by one   {single[0] / 500 * 1e3:7.3f} ms each, synced")
        print(f"  audited               {audited[0]:7.2f} s wall {audited[1]:7.2f} s CPU")
    finally:
        shutil.rmtree(folder)


def pack(rounds: int) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        archive, _, path = archive_with_pack(folder)
        archive.close()
        print("evidence pack of one statement")
        for name, check_pack in (("sh", verify_with_shell), ("python", verify_with_python)):
            wall = min(timed(lambda: check_pack(path))[0] for _ in range(rounds))  # noqa: B023
            print(f"  verified with {name:<6} {wall:7.3f} s wall")
    finally:
        shutil.rmtree(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    folder = Path(tempfile.mkdtemp())
    try:
        files(filled(folder / "archive", options.pages), options.rounds)
    finally:
        shutil.rmtree(folder)
    log(options.entries)
    pack(options.rounds)


if __name__ == "__main__":
    main()
