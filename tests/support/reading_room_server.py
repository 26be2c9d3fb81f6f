"""A reading room that runs: an archive of the sample publisher, and of one that means harm."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import requests

from tests.support.paths import ROOT
from tests.support.warc_files import foreign_record, write_warc

SAMPLE = ROOT / "sample"
SITE = "https://panel.meridian.example/statements/"
RELEASE = "meridian_panel:PD_2024_7"


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading room and its replay, as a browser finds them."""

    room: str  # http://127.0.0.1:PORT
    replay: str
    archive: Path
    log: Path

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(self.room + path, timeout=10, **options)  # type: ignore[arg-type]

    def copy(self, path: str, **options: object) -> requests.Response:
        """Ask replay, without following where it leads."""
        return requests.get(self.replay + path, timeout=10, allow_redirects=False, **options)  # type: ignore[arg-type]


def onrecord(archive: Path, *words: str | Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ONRECORD_")}
    subprocess.run(
        [sys.executable, "-m", "onrecord", "--archive", archive, *words],
        check=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
    )


def sample_archive(folder: Path) -> Path:
    """Make an archive of the sample publisher, scraped twice."""
    subprocess.run([sys.executable, SAMPLE / "pack.py", folder / "editions"], check=True)
    return _scraped(folder / "archive", folder / "editions")


def archive_of(folder: Path, pages: dict[str, str], more: dict[str, tuple[str, bytes]]) -> Path:
    """Make an archive of the sample publisher's site with these pages; `more` are requisites."""
    folder.mkdir(parents=True, exist_ok=True)
    links = "".join(
        f'<li><a href="{SITE}{name}">A statement</a><time datetime="2024-03-04"></time></li>'
        for name in pages
    )
    listing = f'<html><body><ul class="statements">{links}</ul></body></html>'
    html = "text/html; charset=utf-8"
    records = [_record(SITE, html, listing.encode())]
    records += [_record(SITE + name, html, markup.encode()) for name, markup in pages.items()]
    records += [_record(url, kind, body) for url, (kind, body) in more.items()]
    write_warc(folder / "site.warc.gz", *records)
    archive = _scraped(folder / "archive", folder / "site.warc.gz")
    if more:
        onrecord(archive, "import", folder / "site.warc.gz")
    return archive


def _scraped(archive: Path, editions: Path) -> Path:
    onrecord(archive, "init")
    source = SAMPLE / "meridian_panel.toml"
    (archive / "sources" / source.name).write_bytes(source.read_bytes())
    onrecord(archive, "scrape", "meridian_panel", "--from", editions)
    return archive


def _record(url: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    name = f"urn:uuid:{uuid5(NAMESPACE_URL, url)}"
    return foreign_record(
        head.encode() + body, url=url, date="2024-03-05T09:30:00Z", record_id=name
    )


@contextmanager
def serving(archive: Path, *options: str) -> Iterator[Reading]:
    """Serve an archive on ports of its own, as a user would; stop it as Ctrl-C does."""
    log = archive.with_name(f"{archive.name}.log")
    command = [sys.executable, "-m", "onrecord", "--archive", str(archive), "serve"]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "--port", "0", "--replay-port", "0", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        room = process.stdout.readline().strip().rstrip("/")
        assert room, log.read_text()
        policy = requests.get(room + "/opensearch.xml", timeout=10).headers
        framed = re.search(r"frame-src (\S+);", policy.get("Content-Security-Policy", ""))
        yield Reading(room, framed[1] if framed else "", archive, log)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@dataclass
class Beacon:
    """A proxy that stands for every other host: what is asked of it, has leaked."""

    asked: list[str] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def listening(self) -> Iterator["Beacon"]:
        asked = self.asked

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if ".example" in self.path:  # the browser has errands of its own
                    asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            do_POST = do_GET  # noqa: N815 - the library's names
            do_CONNECT = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
