"""Pages that we wrote, laid out as each publisher's are, and what they read to.

Beside each page lies `<page>.json`: its address, the day it was captured, and what it reads to.
`python -m tests.sources.invented` writes the last of these anew; look at what has changed.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.models import Reading
from scrapers.read.reader import discover, read_page
from scrapers.source_format.load_source import load_sources
from tests.support.shared_captures import capture

FOLDER = Path(__file__).parent


def pages() -> Iterator[Path]:
    """Yield every invented page."""
    for path in sorted(FOLDER.glob("*/*")):
        if path.suffix != ".json" and path.is_file() and path.parent.name in load_sources():
            yield path


def told_of(page: Path) -> dict[str, Any]:
    """Return what is kept beside `page`."""
    told: dict[str, Any] = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    return told


def read(page: Path) -> dict[str, Any]:
    """Return what its source makes of `page`, in the form kept beside it."""
    told, source = told_of(page), load_sources()[page.parent.name]
    fetched = capture(told["url"], page.read_bytes(), captured=told["captured"])
    kept = {"url": told["url"], "captured": told["captured"]}
    if source.is_statement_url(told["url"]):
        found = read_page(fetched, source)
        return kept | _said(found.readings, [str(problem) for problem in found.problems])
    listed = discover(fetched, source)
    addresses = [address.url for address in listed.addresses]
    return (
        kept
        | {"addresses": addresses, "next_page": listed.next_page}
        | _said(listed.readings, [str(problem) for problem in listed.problems])
    )


def _said(readings: tuple[Reading, ...], problems: list[str]) -> dict[str, Any]:
    return {"readings": [_fields(reading) for reading in readings], "problems": problems}


def _fields(reading: Reading) -> dict[str, Any]:
    issued = reading.issued
    fields = {
        "identifier": reading.identifier,
        "url": reading.url,
        "title": reading.title,
        "text": reading.text.split("\n"),
        "issued": [issued.value, issued.printed, issued.read_from] if issued else None,
        "modified": reading.modified,
        "issuer": reading.issuer,
        "publisher": reading.publisher,
        "speakers": list(reading.speakers),
        "signatories": list(reading.signatories),
        "venue": reading.venue,
        "kind": reading.kind,
        "lang": reading.lang,
        "reader": reading.reader,
        "translations": [list(pair) for pair in reading.translations],
    }
    return {name: value for name, value in fields.items() if value}


def main() -> None:
    """Write what every invented page reads to."""
    for page in pages():
        told = json.dumps(read(page), indent=1, ensure_ascii=False) + "\n"
        page.with_suffix(".json").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
