"""The Bank of Ruritania: an invented publisher and its source."""

from typing import Any

from scrapers.source_format.source import Source

PAGE_LAYOUT = {
    "version": 1,
    "reads": "html",
    "identity": "link[rel=canonical] @href",
    "title": "h1",
    "text": [".body"],
    "issued": [{"select": ".date"}],
}
FEED_LAYOUT = {
    "version": 1,
    "reads": "feed",
    "identity": "guid",
    "title": "title",
    "text": ["content:encoded", "description"],
    "issued": [{"select": "pubDate", "match": "optional"}],
    "url": "@link",
}


def bank_source(
    layouts: list[dict[str, Any]] | None = None, more: dict[str, Any] | None = None, **listing: Any
) -> Source:
    """Make the source, with one listing and the given layouts (a page's, if none)."""
    return Source.model_validate(
        {
            "name": "ruritania_bank",
            "title": "Bank of Ruritania: speeches",
            "publisher": "Bank of Ruritania",
            "issuer": "The Governor",
            "homepage": "https://bank.ruritania.example/",
            "languages": ["en"],
            "licence": "public domain",
            "pages": [r"https://bank\.ruritania\.example/speeches/[^/?#]+"],
            "listings": [
                listing or {"way": "feed", "urls": ["https://bank.ruritania.example/speeches.rss"]}
            ],
            "layouts": layouts or [PAGE_LAYOUT],
            **(more or {}),
        }
    )
