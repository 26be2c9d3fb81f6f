"""Format search results as Atom (RFC 4287) and JSON Feed 1.1; describe the search (OpenSearch)."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from onrecord.print_output import clean


def _xml(text: str) -> str:
    return escape(clean(text))


def _captured_at(hit: dict[str, Any]) -> str:
    """Return when a hit was captured; feeds need an instant, and issued dates may have no time."""
    when: str = hit["capture"]["captured"]
    return when


def atom_feed(origin: str, address: str, query: str, hits: Sequence[dict[str, Any]]) -> str:
    """Return an Atom feed of `hits`; `address` is the feed's own path and query below `origin`."""
    updated = max(map(_captured_at, hits), default="1970-01-01T00:00:00Z")
    entries = "".join(_entry(origin, hit) for hit in hits)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>OnRecord: {_xml(query)}</title><id>{_xml(origin + address)}</id>"
        f'<link rel="self" href={quoteattr(origin + address)}/><updated>{updated}</updated>'
        f"<generator>OnRecord</generator>{entries}</feed>\n"
    )


def _entry(origin: str, hit: dict[str, Any]) -> str:
    url = f"{origin}/statement/{hit['version']}"
    return (
        f"<entry><id>{_xml(url)}</id><title>{_xml(hit['title'])}</title>"
        f"<link href={quoteattr(url)}/><updated>{_captured_at(hit)}</updated>"
        f"<author><name>{_xml(hit['issuer'])}</name></author>"
        f"<summary>{_xml(_summary(hit))}</summary></entry>"
    )


def _summary(hit: dict[str, Any]) -> str:
    passage = hit["passage"]
    excerpt = f"{passage['prefix']}{passage['exact']}{passage['suffix']}".replace("\n", " ").strip()
    issued = f"{hit['issued']}{'?' * hit['issued_guess']}"  # a guess with a question mark
    return f"{issued} “…{excerpt}…”".strip()


def json_feed(
    origin: str, address: str, query: str, hits: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return a JSON Feed of `hits` (https://www.jsonfeed.org/version/1.1/)."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"OnRecord: {query}",
        "feed_url": origin + address,
        "items": [
            {
                "id": hit["version"],
                "url": f"{origin}/statement/{hit['version']}",
                "title": hit["title"],
                "content_text": _summary(hit),
                "date_published": _captured_at(hit),
                "authors": [{"name": hit["issuer"]}],
                "language": hit["lang"],
                "_onrecord": {
                    "issued": hit["issued"],
                    "issued_guess": hit["issued_guess"],
                    "passage": hit["passage"],
                },
            }
            for hit in hits
        ],
    }


def opensearch_description(origin: str) -> str:
    """Return the OpenSearch 1.1 description by which a browser searches here."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        "<ShortName>OnRecord</ShortName><Description>Official statements</Description>"
        "<InputEncoding>UTF-8</InputEncoding>"
        f'<Url type="text/html" method="get" template="{escape(origin)}/search?q={{searchTerms}}"/>'
        '<Url type="application/atom+xml" '
        f'template="{escape(origin)}/feed.atom?q={{searchTerms}}"/>'
        "</OpenSearchDescription>\n"
    )
