"""Measure the reading room: `measure.py ARCHIVE [ROUNDS]`, with an archive made by invented.py.

Eight clients send requests without pause. Prints the median and 95th percentile of latencies, the
server's CPU time per request, and its memory, all its processes together.
"""

import http.client
import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from archive.catalogue.stored_texts.text_codec import TextCodec
from benchmarks.web.load import Measurement, combine, measure, memory_use

REPLAYED = 200


def choose_paths(archive: Path) -> tuple[list[str], list[str]]:
    """Return searches (phrases of two to five words and loose words) and statement pages."""
    connection = sqlite3.connect(f"file:{archive / 'catalogue.sqlite'}?mode=ro", uri=True)
    TextCodec(connection)
    rows = connection.execute(
        "SELECT id, plain_text(text) FROM version JOIN version_text ON sha256 = text_sha256"
        " WHERE seq % 500 = 1 LIMIT 200"
    ).fetchall()
    searches = []
    for number, (_, text) in enumerate(rows):
        words = re.findall(r"\w+", text)[number % 50 :][: 2 + number % 4]
        query = f'"{" ".join(words)}"' if number % 2 else " ".join(words[:2])
        searches.append(f"/search?{urlencode({'q': query})}")
    return searches, [f"/statement/{name}" for name, _ in rows]


@contextmanager
def reading_room(archive: Path) -> Iterator[tuple[int, str, str]]:
    """Yield a running room: its process, its address, and that of its replay."""
    command = [sys.executable, "-m", "onrecord", "--archive", str(archive), "serve"]
    with subprocess.Popen(
        [*command, "--port", "0", "--replay-port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            root = server.stdout.readline().strip().rstrip("/")
            yield (
                server.pid,
                root,
                re.findall(r"frame-src (\S+);", _content_security_policy(root))[0],
            )
        finally:
            server.terminate()


def memento_paths(replay: str) -> list[str]:
    """Return the paths of archived pages in the replay."""
    paths = (f"/web/2024/https://bench.example/statements/{n}" for n in range(REPLAYED))
    return [_redirect_path(replay, path) for path in paths]


def main(archive: Path, rounds: int) -> None:
    searches, pages = choose_paths(archive)
    with reading_room(archive) as (pid, root, replay):
        kinds = [("search", root, searches), ("statement", root, pages)]
        kinds.append(("replay", replay, memento_paths(replay)))
        measurements: dict[str, list[Measurement]] = {}
        for _ in range(rounds + 1):
            for name, origin, paths in kinds:
                measurements.setdefault(name, []).append(measure(pid, origin, paths))
        memory_used = memory_use(pid)
    for name, rounds_measured in measurements.items():  # the first round warms up
        print(json.dumps({"what": name, **combine(rounds_measured[1:]).summary()}))
    print(json.dumps({"what": "server", **memory_used}))
    load = [round(average, 1) for average in os.getloadavg()]
    print(json.dumps({"python": platform.python_version(), "load": load, "rounds": rounds}))


def _content_security_policy(root: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(root).netloc)
    connection.request("GET", "/opensearch.xml")
    return connection.getresponse().getheader("Content-Security-Policy") or ""


def _redirect_path(root: str, path: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(root).netloc)
    connection.request("GET", path)
    response = connection.getresponse()
    return (response.getheader("Location") or path).replace(root, "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
