"""Run a reading room, on an archive of the sample publisher or of given pages."""

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
class RunningRoom:
    """The addresses of a running reading room and its replay; its archive, and its stderr."""

    url: str  # http://127.0.0.1:PORT
    replay_url: str
    archive: Path
    log: Path

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(self.url + path, timeout=10, **options)  # type: ignore[arg-type]

    def get_replay(self, path: str, **options: object) -> requests.Response:
        """Request `path` of the replay without following redirects."""
        return requests.get(self.replay_url + path, timeout=10, allow_redirects=False, **options)  # type: ignore[arg-type]


def run_onrecord(archive: Path, *arguments: str | Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ONRECORD_")}
    subprocess.run(
        [sys.executable, "-m", "onrecord", "--archive", archive, *arguments],
        check=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
    )


def create_sample_archive(folder: Path) -> Path:
    """Make an archive of the sample publisher, scraped twice."""
    subprocess.run([sys.executable, SAMPLE / "pack.py", folder / "editions"], check=True)
    return _create_scraped_archive(folder / "archive", folder / "editions")


def create_archive_of_pages(
    folder: Path, pages: dict[str, str], requisites: dict[str, tuple[str, bytes]]
) -> Path:
    """Make an archive of the sample publisher's site with `pages` (markup by file name).

    `requisites` are further responses: (media type, body) by address.
    """
    folder.mkdir(parents=True, exist_ok=True)
    links = "".join(
        f'<li><a href="{SITE}{name}">A statement</a><time datetime="2024-03-04"></time></li>'
        for name in pages
    )
    listing = f'<html><body><ul class="statements">{links}</ul></body></html>'
    html = "text/html; charset=utf-8"
    records = [_response_record(SITE, html, listing.encode())]
    records += [
        _response_record(SITE + name, html, markup.encode()) for name, markup in pages.items()
    ]
    records += [
        _response_record(url, media_type, body) for url, (media_type, body) in requisites.items()
    ]
    write_warc(folder / "site.warc.gz", *records)
    archive = _create_scraped_archive(folder / "archive", folder / "site.warc.gz")
    if requisites:
        run_onrecord(archive, "import", folder / "site.warc.gz")
    return archive


def _create_scraped_archive(archive: Path, editions: Path) -> Path:
    run_onrecord(archive, "init")
    source = SAMPLE / "meridian_panel.toml"
    (archive / "sources" / source.name).write_bytes(source.read_bytes())
    run_onrecord(archive, "scrape", "meridian_panel", "--from", editions)
    return archive


def _response_record(url: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    name = f"urn:uuid:{uuid5(NAMESPACE_URL, url)}"
    return foreign_record(
        head.encode() + body, url=url, date="2024-03-05T09:30:00Z", record_id=name
    )


@contextmanager
def serve_archive(
    archive: Path, *options: str, verbosity: str = "", local_url: str = ""
) -> Iterator[RunningRoom]:
    """Serve an archive on free ports with the command line; terminate it at the end.

    `local_url` is its address on this machine, where `options` give it a public one.
    """
    log = archive.with_name(f"{archive.name}.log")
    program = [sys.executable, "-m", "onrecord", *filter(None, [verbosity])]
    command = [*program, "--archive", str(archive), "serve"]
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
        url = process.stdout.readline().strip().rstrip("/")
        assert url, log.read_text()
        url = local_url or url
        policy = requests.get(url + "/opensearch.xml", timeout=10).headers
        frame_source = re.search(r"frame-src (\S+);", policy.get("Content-Security-Policy", ""))
        yield RunningRoom(url, frame_source[1] if frame_source else "", archive, log)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@dataclass
class Beacon:
    """A proxy for every other host: each path requested from it is a leak."""

    paths: list[str] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def listening(self) -> Iterator["Beacon"]:
        paths = self.paths

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if ".example" in self.path:  # the browser makes requests of its own
                    paths.append(self.path)
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
