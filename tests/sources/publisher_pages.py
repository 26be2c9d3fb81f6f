"""Readings of one or a few real pages each of many publishers, as digests: the words are theirs.

`python -m tests.sources.publisher_pages` rewrites publisher_pages.json from ../shared/html. Do that
only after a person has compared what is read with the pages.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from archive.models import Reading
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.read.reader import discover, read_page
from scrapers.source_format.load_source import load_sources
from tests.support.paths import SHARED
from tests.support.shared_captures import captures_in

PAGES = SHARED / "html"
GOLDEN = Path(__file__).with_name("publisher_pages.json")
EDGE = 40  # characters at each end of a text that have a digest of their own


def summaries() -> dict[str, dict[str, Any]]:
    """Return what is read in each page and listing that a source claims, by its URL."""
    return {
        fetched.capture.url: found
        for path in sorted(PAGES.glob("*.warc.gz"))
        for fetched in captures_in(path)
        if (found := _summary(fetched)) is not None
    }


def _summary(fetched: FetchedResponse) -> dict[str, Any] | None:
    url = fetched.capture.url
    for name, source in load_sources().items():
        if source.is_statement_url(url):
            page = read_page(fetched, source)
            readings = [_fields(reading) for reading in page.readings]
            return {"source": name, "readings": readings, "problems": len(page.problems)}
        if url in source.listing_urls({"reliefweb_appname": "onrecord"}):
            listing = discover(fetched, source)
            addresses = [address.url for address in listing.addresses]
            return {
                "source": name,
                "addresses": len(addresses),
                "addresses_sha256": _digest("\n".join(addresses)),
                "next_page": listing.next_page,
                "problems": len(listing.problems),
            }
    return None


def _fields(reading: Reading) -> dict[str, Any]:
    issued = reading.issued
    return {
        "identifier": reading.identifier,
        "title": [len(reading.title), _digest(reading.title)],
        "issued": issued.value if issued else None,
        "modified": reading.modified,
        "issuer": reading.issuer,
        "kind": reading.kind,
        "lang": reading.lang,
        "reader": reading.reader,
        "signatories": len(reading.signatories),
        "blocks": reading.text.count("\n") + 1 if reading.text else 0,
        "length": len(reading.text),
        "begins": _digest(reading.text[:EDGE]),
        "ends": _digest(reading.text[-EDGE:]),
        "text_sha256": reading.text_sha256,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main() -> None:
    """Write the golden file."""
    text = json.dumps(summaries(), indent=1, ensure_ascii=False) + "\n"
    GOLDEN.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
