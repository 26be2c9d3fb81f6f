"""Compare replay with pywb: `replay.py ARCHIVE [ROUNDS]`, `wayback` and `wb-manager` on the PATH.

Both serve the same WARC files and pages to eight clients, in turn. Then each page's bytes as served
(`id_`) are compared: they must be equal. pywb is requested with `mp_` and `framed_replay: false`,
so that one response is one page for both.
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

from benchmarks.web.load import Measurement, combine, measure, memory_use
from benchmarks.web.measure import reading_room

MAX_PAGES = 200  # compared
_CONFIG = "framed_replay: false\n"


def pages(archive: Path) -> list[tuple[str, str]]:
    """Return the time (14 digits) and address of pages held, spread over the archive."""
    with closing(
        sqlite3.connect(f"file:{archive / 'catalogue.sqlite'}?mode=ro", uri=True)
    ) as connection:
        rows = connection.execute(
            "SELECT substr(captured, 1, 19) AS second, url FROM capture WHERE outcome = 'ok'"
            " AND role = 'page' AND media_type = 'text/html' AND length > 0 GROUP BY second, url"
            # The addresses of mementos have a resolution of one second.
            " HAVING count(DISTINCT payload_sha256) = 1 ORDER BY url, second"
        ).fetchall()
    candidates = [("".join(c for c in when if c.isdigit()), url) for when, url in rows]
    return candidates[:: max(1, len(candidates) // MAX_PAGES)][:MAX_PAGES]


@contextmanager
def pywb(archive: Path) -> Iterator[tuple[int, str]]:
    """Yield a running pywb over the archive's WARC files: its process, and its address."""
    with tempfile.TemporaryDirectory(prefix="pywb-") as folder:
        (Path(folder) / "config.yaml").write_text(_CONFIG)
        files = map(str, sorted((archive / "warc").rglob("*.warc.gz")))
        for command in (["init", "c"], ["add", "c", *files]):
            subprocess.run(["wb-manager", *command], cwd=folder, check=True, capture_output=True)
        port = _free_port()
        command = ["wayback", "-b", "127.0.0.1", "-p", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=folder, **quiet) as server:
            try:
                _wait_until_listening(port)
                yield server.pid, f"http://127.0.0.1:{port}"
            finally:
                server.terminate()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_listening(port: int) -> None:
    """Return when a server listens at `port`; ConnectionRefusedError after a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def digest(root: str, path: str) -> str:
    """Return the status and the SHA-256 of the body as sent, not decoded."""
    with closing(http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return f"{response.status} {hashlib.sha256(response.read()).hexdigest()}"


def main(archive: Path, rounds: int) -> None:
    chosen_pages = pages(archive)
    with reading_room(archive) as (pid, _, own_root), pywb(archive) as (pywb_pid, pywb_root):
        servers = {
            "onrecord": (pid, own_root, "/web/{}/{}", "/web/{}id_/{}"),
            "pywb": (pywb_pid, pywb_root, "/c/{}mp_/{}", "/c/{}id_/{}"),
        }
        digests = {
            name: [digest(root, raw_path.format(*page)) for page in chosen_pages]
            for name, (_, root, _, raw_path) in servers.items()
        }
        measurements: dict[str, list[Measurement]] = {}
        for number in range(rounds + 1):
            for name in sorted(servers, reverse=number % 2 == 1):
                process, root, page_path, _ = servers[name]
                paths = [page_path.format(*page) for page in chosen_pages]
                measurements.setdefault(name, []).append(measure(process, root, paths))
        memory_used = {name: memory_use(process) for name, (process, *_) in servers.items()}
    for name, results in measurements.items():  # the first round warms up
        print(json.dumps({"replay": name, **combine(results[1:]).summary(), **memory_used[name]}))
    pairs = zip(chosen_pages, *digests.values(), strict=True)
    differing = [page for page, own, other in pairs if own != other]
    print(json.dumps({"pages": len(chosen_pages), "id_ bytes that differ": len(differing)}))
    for page in differing[:20]:
        print(json.dumps({"differs": page}))
    print(
        json.dumps({"load": [round(average, 1) for average in os.getloadavg()], "rounds": rounds})
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
