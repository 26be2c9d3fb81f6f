"""How fast the reading room answers: `measure.py ARCHIVE`, made by invented.py.

Eight clients ask at once, each in a process of its own as browsers are, with no pause between
answers. Says the median and 95th percentile of whole requests and the server's memory.
"""

import http.client
import json
import multiprocessing
import platform
import random
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

CLIENTS, EACH = 8, 60


def ask(root: str, paths: list[str], seed: int) -> list[float]:
    """Return the seconds that each of EACH requests took on one kept connection."""
    chance, taken = random.Random(seed), []
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)
    for _ in range(EACH):
        start = time.perf_counter()
        connection.request("GET", chance.choice(paths))
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - start)
        assert answer.status == 200, answer.status
    return taken


def measured(name: str, root: str, paths: list[str]) -> dict[str, object]:
    ask(root, paths, 0)
    start = time.perf_counter()
    with multiprocessing.Pool(CLIENTS) as pool:
        each = pool.starmap(ask, [(root, paths, n) for n in range(CLIENTS)])
    taken = sorted(seconds for one in each for seconds in one)
    rate = len(taken) / (time.perf_counter() - start)
    middle, late = (1000 * taken[int(len(taken) * part)] for part in (0.5, 0.95))
    return {
        "what": name,
        "p50_ms": round(middle, 1),
        "p95_ms": round(late, 1),
        "per_s": round(rate),
    }


def wanted(archive: Path) -> tuple[list[str], list[str]]:
    """Return searches (phrases of two to five words and loose words) and statement pages."""
    connection = sqlite3.connect(f"file:{archive / 'catalogue.sqlite'}?mode=ro", uri=True)
    chosen = connection.execute(
        "SELECT id, text FROM version WHERE seq % 500 = 1 LIMIT 200"
    ).fetchall()
    searches = []
    for number, (_, text) in enumerate(chosen):
        words = re.findall(r"\w+", text)[number % 50 :][: 2 + number % 4]
        query = f'"{" ".join(words)}"' if number % 2 else " ".join(words[:2])
        searches.append(f"/search?{urlencode({'q': query})}")
    return searches, [f"/statement/{name}" for name, _ in chosen]


def memory(pid: int) -> dict[str, int]:
    text = Path(f"/proc/{pid}/status").read_text()
    found = {k: int(v) // 1024 for k, v in re.findall(r"(VmHWM|RssAnon):\s+(\d+)", text)}
    return {"peak_mb": found["VmHWM"], "anonymous_mb": found["RssAnon"]}


def main(archive: Path) -> None:
    command = [sys.executable, "-m", "onrecord", "--archive", str(archive), "serve"]
    with subprocess.Popen(
        [*command, "--port", "0", "--replay-port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            root = server.stdout.readline().strip().rstrip("/")
            searches, pages = wanted(archive)
            policy = _policy(root)
            replay = re.findall(r"frame-src (\S+);", policy)[0]
            copies = [f"/web/2024/https://bench.example/statements/{n}" for n in range(200)]
            copies = [_followed(replay, path) for path in copies]
            rows = [
                measured("search", root, searches),
                measured("statement", root, pages),
                measured("replay", replay, copies),
            ]
            rows.append({"what": "server", **memory(server.pid)})
        finally:
            server.terminate()
    for row in rows:
        print(json.dumps(row))
    print(json.dumps({"python": platform.python_version(), "machine": platform.machine()}))


def _policy(root: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(root).netloc)
    connection.request("GET", "/opensearch.xml")
    return connection.getresponse().getheader("Content-Security-Policy") or ""


def _followed(root: str, path: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(root).netloc)
    connection.request("GET", path)
    answer = connection.getresponse()
    return (answer.getheader("Location") or path).replace(root, "")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
