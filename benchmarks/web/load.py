"""Eight clients at once, each in a process of its own as browsers are; and what a server costs."""

import http.client
import multiprocessing
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CLIENTS, EACH = 8, 60
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one round of requests took: milliseconds of each, and the server's CPU milliseconds."""

    each: list[float]
    cpu: float
    seconds: float

    def said(self) -> dict[str, float]:
        ordered = sorted(self.each)
        middle, late = (ordered[int(len(ordered) * part)] for part in (0.5, 0.95))
        return {
            "p50_ms": round(middle, 1),
            "p95_ms": round(late, 1),
            "per_s": round(len(ordered) / self.seconds),
            "server_cpu_ms": round(self.cpu / len(ordered), 2),
        }


def together(rounds: Sequence[Taken]) -> Taken:
    return Taken(
        [each for one in rounds for each in one.each],
        sum(one.cpu for one in rounds),
        sum(one.seconds for one in rounds),
    )


def measured(pid: int, root: str, paths: Sequence[str]) -> Taken:
    """Let the clients ask for `paths` of the server at `root`, whose first process is `pid`."""
    before, start = cpu(pid), time.perf_counter()
    with multiprocessing.Pool(CLIENTS) as pool:
        each = pool.starmap(ask, [(root, paths, n) for n in range(CLIENTS)])
    taken = [1000 * seconds for one in each for seconds in one]
    return Taken(taken, 1000 * (cpu(pid) - before), time.perf_counter() - start)


def ask(root: str, paths: Sequence[str], seed: int) -> list[float]:
    """Return the seconds that each of EACH requests took on one kept connection."""
    chance, taken = random.Random(seed), []
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)
    for _ in range(EACH):
        path = chance.choice(paths)
        start = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - start)
        assert answer.status == 200, (answer.status, path)
    return taken


def processes(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from processes(int(child))


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process and its descendants."""
    total = 0
    for each in processes(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICK


def memory(pid: int) -> dict[str, int]:
    """Return the megabytes of a process and its descendants: what they share is counted once."""
    kinds = {"Pss": 0, "Pss_Anon": 0}
    for each in processes(pid):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            name = line.partition(":")[0]
            if name in kinds:
                kinds[name] += int(line.split()[1])
    return {"processes": sum(1 for _ in processes(pid)), "mb": kinds["Pss"] // 1024} | {
        "without_mapped_files_mb": kinds["Pss_Anon"] // 1024
    }
