"""Invented pages with the layout of each publisher, and their expected readings.

Beside each page is `<page>.json`: its URL, its day of capture, and the expected result.
`python -m tests.sources.invented` rewrites the results; review what has changed.
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


def load_expected(page: Path) -> dict[str, Any]:
    """Return the expected reading in the JSON file beside `page`."""
    expected: dict[str, Any] = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    return expected


def read(page: Path) -> dict[str, Any]:
    """Read `page` by its source, and return the result in the form of the file beside it."""
    expected, source = load_expected(page), load_sources()[page.parent.name]
    fetched = capture(expected["url"], page.read_bytes(), captured=expected["captured"])
    metadata = {"url": expected["url"], "captured": expected["captured"]}
    if source.is_statement_url(expected["url"]):
        result = read_page(fetched, source)
        return metadata | _to_json(result.readings, [str(problem) for problem in result.problems])
    listing = discover(fetched, source)
    addresses = [page.url for page in listing.addresses]
    return (
        metadata
        | {"addresses": addresses, "next_page": listing.next_page}
        | _to_json(listing.readings, [str(problem) for problem in listing.problems])
    )


def _to_json(readings: tuple[Reading, ...], problems: list[str]) -> dict[str, Any]:
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
        "notices": list(reading.notices),
    }
    return {name: value for name, value in fields.items() if value}


def main() -> None:
    """Rewrite the result of every invented page."""
    for page in pages():
        text = json.dumps(read(page), indent=1, ensure_ascii=False) + "\n"
        page.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
