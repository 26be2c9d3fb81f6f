"""Load a server with eight client processes; measure latencies, CPU time and memory."""

import http.client
import multiprocessing
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CLIENTS, REQUESTS_PER_CLIENT = 8, 60
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One round of requests: milliseconds per request, the server's CPU milliseconds, seconds."""

    latencies: list[float]
    server_cpu: float
    seconds: float

    def summary(self) -> dict[str, float]:
        ordered = sorted(self.latencies)
        middle, late = (ordered[int(len(ordered) * part)] for part in (0.5, 0.95))
        return {
            "p50_ms": round(middle, 1),
            "p95_ms": round(late, 1),
            "per_s": round(len(ordered) / self.seconds),
            "server_cpu_ms": round(self.server_cpu / len(ordered), 2),
        }


def combine(rounds: Sequence[Measurement]) -> Measurement:
    return Measurement(
        [latency for measurement in rounds for latency in measurement.latencies],
        sum(measurement.server_cpu for measurement in rounds),
        sum(measurement.seconds for measurement in rounds),
    )


def measure(pid: int, root: str, paths: Sequence[str]) -> Measurement:
    """Request `paths` from the server at `root`, whose first process is `pid`, with all clients."""
    cpu_before, start = cpu_seconds(pid), time.perf_counter()
    with multiprocessing.Pool(CLIENTS) as pool:
        latencies = pool.starmap(time_requests, [(root, paths, n) for n in range(CLIENTS)])
    milliseconds = [
        1000 * seconds for client_latencies in latencies for seconds in client_latencies
    ]
    return Measurement(
        milliseconds, 1000 * (cpu_seconds(pid) - cpu_before), time.perf_counter() - start
    )


def time_requests(root: str, paths: Sequence[str], seed: int) -> list[float]:
    """Return the seconds of each of REQUESTS_PER_CLIENT requests on one persistent connection."""
    generator, latencies = random.Random(seed), []
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)
    for _ in range(REQUESTS_PER_CLIENT):
        path = generator.choice(paths)
        start = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        latencies.append(time.perf_counter() - start)
        assert response.status == 200, (response.status, path)
    return latencies


def process_tree(pid: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from process_tree(int(child))


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and its descendants."""
    total = 0
    for process in process_tree(pid):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS_PER_SECOND


def memory_use(pid: int) -> dict[str, int]:
    """Return the megabytes of a process and its descendants; shared pages count once (PSS)."""
    kinds = {"Pss": 0, "Pss_Anon": 0}
    for process in process_tree(pid):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            name = line.partition(":")[0]
            if name in kinds:
                kinds[name] += int(line.split()[1])
    return {"processes": sum(1 for _ in process_tree(pid)), "mb": kinds["Pss"] // 1024} | {
        "without_mapped_files_mb": kinds["Pss_Anon"] // 1024
    }
