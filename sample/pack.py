"""Pack the sample publisher's pages into WARC files, one an edition of its site.

Usage: python sample/pack.py FOLDER
"""

import sys
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SITE = "https://panel.meridian.example"
EDITIONS = Path(__file__).parent / "editions"


def address(edition: Path, page: Path) -> str:
    """Return where a page of an edition stood on the site."""
    path = page.relative_to(edition).as_posix().removesuffix(".gone").removesuffix("index.html")
    return f"{SITE}/{path}"


def pack(edition: Path, out: Path) -> None:
    """Write every page of `edition` as a response of that day, 09:30 UTC; `.gone` ones are 404."""
    with out.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for page in sorted(edition.rglob("*.html*")):
            body = page.read_bytes()
            status = "404 Not Found" if page.suffix == ".gone" else "200 OK"
            headers = [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
            ]
            record = writer.create_warc_record(
                address(edition, page),
                "response",
                payload=BytesIO(body),
                http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": f"{edition.name}T09:30:00Z"},
            )
            writer.write_record(record)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for edition in sorted(EDITIONS.iterdir()):
        pack(edition, folder / f"panel-{edition.name}.warc.gz")
