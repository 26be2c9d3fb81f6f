"""A court, another web archive and a timestamp authority that answer behind a proxy."""

import gzip
import json
import re
import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.compat.panel_later import PANEL, statement

COURT = "http://court.tarnmoor.example"
COPIES = "http://copies.halden.example"
STAMPS = "http://stamps.halden.example/"


def ruling(number: int, day: str, title: str, *said: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in said)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body>'
        f'<p class="docket">Docket TC/2026/{number}</p><h1>{title}</h1>'
        f'<time datetime="{day}">{day}</time><main>{body}<p class="note">A note.</p></main>'
        "</body></html>"
    ).encode()


RULINGS = {
    "/rulings/tc-1.html": ruling(
        1,
        "2026-10-05",
        "In the matter of the sealed file",
        "The court orders that the file be opened. It was not lawful to keep it sealed.",
        "The Panel on Disappearances had asked for “a register of all detainees”.",
    ),
    "/rulings/tc-2-final.html": ruling(
        2,
        "2026-10-12",
        "In the matter of the ferry",
        "The court finds that families’ visits must not be ended without a hearing.",
    ),
    "/rulings/tc-3.html": ruling(
        3, "2026-10-19", "In the matter of the mill bridge", "The court adjourns."
    ),
}
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Rulings</title>'
    f"<link>{COURT}/</link><description>Rulings</description>"
    + "".join(
        f"<item><title>Ruling {n}</title><link>{COURT}/rulings/tc-{n}.html</link>"
        f"<guid>{COURT}/rulings/tc-{n}.html</guid>"
        f"<pubDate>Mon, {day} Oct 2026 08:00:00 GMT</pubDate></item>"
        for n, day in ((1, "05"), (2, "12"), (3, "19"), (4, "26"), (5, "26"))
    )
    + "</channel></rss>"
).encode()
ROBOTS = b"User-agent: *\nDisallow: /rulings/tc-4\n"
PAST = {  # copies that the other web archive has
    "20240115101500": ("Northmarch: Panel is concerned", "We are not convinced by the answer."),
    "20240211204500": ("Northmarch: Panel is concerned", "We are convinced by the answer."),
}
OLD = f"{PANEL}pd-2024-2.html"


HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}
RSS = {"Content-Type": "application/rss+xml"}
TOKEN = {"Content-Type": "application/timestamp-reply"}


class Web(BaseHTTPRequestHandler):
    """The court, the other archive and the authority, as a proxy answers for them."""

    protocol_version = "HTTP/1.1"
    authority: Path

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        page = self.path.removeprefix(COURT)
        if url.path == "/robots.txt":
            self._say(ROBOTS, headers=TEXT)
        elif page == "/rulings.rss":
            fresh = self.headers.get("If-None-Match") == '"one"'
            self._say(b"" if fresh else FEED, 304 if fresh else 200, RSS | {"ETag": '"one"'})
        elif page == "/rulings/tc-2.html":
            self._say(b"", 302, HTML | {"Location": f"{COURT}/rulings/tc-2-final.html"})
        elif page == "/rulings/tc-3.html":
            body = gzip.compress(RULINGS[page], mtime=0)
            self._say(body, headers=HTML | {"Content-Encoding": "gzip"})
        elif page in RULINGS:
            self._say(RULINGS[page], headers=HTML | {"ETag": '"page"'})
        elif page == "/rulings/tc-5.html":
            self.close_connection = True  # and no answer
        elif self.path.startswith(f"{COPIES}/cdx"):
            self._say(cdx(parse_qs(url.query)["fl"][0].split(",")), headers=JSON)
        elif copy := re.fullmatch(rf"{COPIES}/web/(\d{{14}})id_/(.+)", self.path):
            self._copy(copy[1], copy[2])
        else:
            self._say(b"Not found", 404, TEXT)

    def do_POST(self) -> None:
        (self.authority / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        made = "ts -reply -config ts.cnf -queryfile query -out reply"
        openssl(self.authority, made)
        self._say((self.authority / "reply").read_bytes(), headers=TOKEN)

    def _copy(self, stamp: str, url: str) -> None:
        when = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        title, said = PAST[stamp]
        headers = {
            "Memento-Datetime": format_datetime(when, usegmt=True),
            "Link": f'<{url}>; rel="original"',
        }
        self._say(statement("PD/2024/2", "2024-01-12", title, said), headers=HTML | headers)

    def _say(self, body: bytes, status: int = 200, headers: dict[str, str] = HTML) -> None:
        self.send_response_only(status)
        self.send_header("Date", self.date_time_string())
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def cdx(fields: list[str]) -> bytes:
    rows = [[{"timestamp": s, "original": OLD}.get(name, "-") for name in fields] for s in PAST]
    return json.dumps([fields, *rows]).encode()


def openssl(folder: Path, words: str) -> None:
    subprocess.run(["openssl", *shlex.split(words)], cwd=folder, check=True, capture_output=True)


def authority(folder: Path) -> Path:
    """Make a timestamp authority whose certificates last a hundred years."""
    folder.mkdir()
    new = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    (folder / "usage").write_text(
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage=critical,timeStamping\n"
    )
    (folder / "serial").write_text("01\n")
    (folder / "ts.cnf").write_text(
        "[tsa]\ndefault_tsa = here\n[here]\nserial = serial\ncrypto_device = builtin\n"
        "signer_cert = tsa.pem\nsigner_key = tsa.key\nsigner_digest = sha256\n"
        "default_policy = 1.3.6.1.4.1.99999.1\ndigests = sha256, sha384, sha512\n"
        "ess_cert_id_alg = sha256\n"
    )
    openssl(
        folder, f'{new} -x509 -days 36500 -subj "/CN=Halden root" -keyout root.key -out root.pem'
    )
    openssl(folder, f'{new} -subj "/CN=Halden stamps" -keyout tsa.key -out tsa.csr')
    by_root = "x509 -req -CA root.pem -CAkey root.key -days 36500 -extfile usage"
    openssl(folder, f"{by_root} -in tsa.csr -out tsa.pem")
    return folder


@contextmanager
def proxy(folder: Path) -> Iterator[str]:
    """Yield the address of the proxy behind which the invented web answers."""
    Web.authority = folder
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
