"""Pack the sample publisher's pages into WARC files, one for each edition of its site.

Usage: python sample/pack.py FOLDER
"""

import gzip
import sys
from base64 import b32encode
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

SITE = "https://panel.meridian.example"
EDITIONS = Path(__file__).parent / "editions"


def address(edition: Path, page: Path) -> str:
    """Return the URL that a page of an edition had on the site."""
    path = page.relative_to(edition).as_posix().removesuffix(".gone").removesuffix("index.html")
    return f"{SITE}/{path}"


def record(edition: Path, page: Path) -> bytes:
    """Return a page as a WARC response of its edition's day, 09:30 UTC; a `.gone` one is a 404."""
    body = page.read_bytes()
    status = "404 Not Found" if page.suffix == ".gone" else "200 OK"
    block = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    url, when = address(edition, page), f"{edition.name}T09:30:00Z"
    fields = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, when + url)}>",
        "WARC-Date": when,
        "WARC-Target-URI": url,
        "WARC-Payload-Digest": digest(body),
        "WARC-Block-Digest": digest(block),
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def digest(data: bytes) -> str:
    return f"sha256:{b32encode(sha256(data).digest()).decode()}"


def pack(edition: Path, out: Path) -> None:
    """Write every page of `edition` as a WARC record, one gzip member each."""
    pages = sorted(edition.rglob("*.html*"))
    out.write_bytes(b"".join(gzip.compress(record(edition, page), mtime=0) for page in pages))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for edition in sorted(EDITIONS.iterdir()):
        pack(edition, folder / f"panel-{edition.name}.warc.gz")
