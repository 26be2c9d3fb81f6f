"""Replay compared with pywb: `replay.py ARCHIVE [ROUNDS]`, `wayback` and `wb-manager` on the PATH.

The same WARC files, the same pages, eight clients, in turn. Then each page's bytes as served
(`id_`) from both: they have to be the same. pywb is asked for what it shows in its frame (`mp_`)
with `framed_replay: false`, so that one answer is one page for both.
"""

import hashlib
import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.web.load import Taken, measured, memory, together
from benchmarks.web.measure import reading_room

MOST = 200  # pages
_CONFIG = "framed_replay: false\n"


def pages(archive: Path) -> list[tuple[str, str]]:
    """Return the time (14 digits) and address of pages held, spread over the archive."""
    with closing(sqlite3.connect(f"file:{archive / 'catalogue.sqlite'}?mode=ro", uri=True)) as held:
        rows = held.execute(
            "SELECT substr(captured, 1, 19) AS second, url FROM capture WHERE outcome = 'ok'"
            " AND role = 'page' AND media_type = 'text/html' AND length > 0 GROUP BY second, url"
            # One second is as near as addresses tell times apart.
            " HAVING count(DISTINCT payload_sha256) = 1 ORDER BY url, second"
        ).fetchall()
    every = [("".join(c for c in when if c.isdigit()), url) for when, url in rows]
    return every[:: max(1, len(every) // MOST)][:MOST]


@contextmanager
def pywb(archive: Path) -> Iterator[tuple[int, str]]:
    """Yield a running pywb over the archive's WARC files: its process, and its address."""
    with tempfile.TemporaryDirectory(prefix="pywb-") as folder:
        (Path(folder) / "config.yaml").write_text(_CONFIG)
        files = map(str, sorted((archive / "warc").rglob("*.warc.gz")))
        for command in (["init", "c"], ["add", "c", *files]):
            subprocess.run(["wb-manager", *command], cwd=folder, check=True, capture_output=True)
        port = _free()
        command = ["wayback", "-b", "127.0.0.1", "-p", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=folder, **quiet) as server:
            try:
                _answers(port)
                yield server.pid, f"http://127.0.0.1:{port}"
            finally:
                server.terminate()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _answers(port: int) -> None:
    """Return when somebody listens; a minute is too long."""
    late = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > late:
                raise
            time.sleep(0.1)


def digest(root: str, path: str) -> str:
    """Return the status and the SHA-256 of what is sent, no coding asked for or undone."""
    with closing(http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return f"{answer.status} {hashlib.sha256(answer.read()).hexdigest()}"


def main(archive: Path, rounds: int) -> None:
    chosen = pages(archive)
    with reading_room(archive) as (pid, _, ours), pywb(archive) as (other, theirs):
        roads = {
            "onrecord": (pid, ours, "/web/{}/{}", "/web/{}id_/{}"),
            "pywb": (other, theirs, "/c/{}mp_/{}", "/c/{}id_/{}"),
        }
        sent = {
            name: [digest(root, raw.format(*page)) for page in chosen]
            for name, (_, root, _, raw) in roads.items()
        }
        taken: dict[str, list[Taken]] = {}
        for number in range(rounds + 1):
            for name in sorted(roads, reverse=number % 2 == 1):
                process, root, shown, _ = roads[name]
                paths = [shown.format(*page) for page in chosen]
                taken.setdefault(name, []).append(measured(process, root, paths))
        held = {name: memory(process) for name, (process, *_) in roads.items()}
    for name, each in taken.items():  # the first round warms up
        print(json.dumps({"replay": name, **together(each[1:]).said(), **held[name]}))
    pairs = zip(chosen, *sent.values(), strict=True)
    differing = [page for page, one, two in pairs if one != two]
    print(json.dumps({"pages": len(chosen), "id_ bytes that differ": len(differing)}))
    for page in differing[:20]:
        print(json.dumps({"differs": page}))
    print(json.dumps({"load": [round(each, 1) for each in os.getloadavg()], "rounds": rounds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
