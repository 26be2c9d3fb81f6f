"""A search as a feed: Atom (RFC 4287) and JSON Feed 1.1; and what browsers add it by."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from onrecord.output import clean


def _xml(text: str) -> str:
    return escape(clean(text))


def _when(hit: dict[str, Any]) -> str:
    """Return when a hit was captured; feeds want an instant, and issued dates may have none."""
    when: str = hit["capture"]["captured"]
    return when


def atom(root: str, address: str, query: str, hits: Sequence[dict[str, Any]]) -> str:
    """Return an Atom feed of `hits`; `address` is this feed's own, below `root`."""
    updated = max(map(_when, hits), default="1970-01-01T00:00:00Z")
    entries = "".join(_entry(root, hit) for hit in hits)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>OnRecord: {_xml(query)}</title><id>{_xml(root + address)}</id>"
        f'<link rel="self" href={quoteattr(root + address)}/><updated>{updated}</updated>'
        f"<generator>OnRecord</generator>{entries}</feed>\n"
    )


def _entry(root: str, hit: dict[str, Any]) -> str:
    where = f"{root}/statement/{hit['version']}"
    return (
        f"<entry><id>{_xml(where)}</id><title>{_xml(hit['title'])}</title>"
        f"<link href={quoteattr(where)}/><updated>{_when(hit)}</updated>"
        f"<author><name>{_xml(hit['issuer'])}</name></author>"
        f"<summary>{_xml(_summary(hit))}</summary></entry>"
    )


def _summary(hit: dict[str, Any]) -> str:
    place = hit["passage"]
    words = f"{place['prefix']}{place['exact']}{place['suffix']}".replace("\n", " ").strip()
    return f"{hit['issued']} “…{words}…”".strip()


def json_feed(
    root: str, address: str, query: str, hits: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return a JSON Feed of `hits` (https://www.jsonfeed.org/version/1.1/)."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"OnRecord: {query}",
        "feed_url": root + address,
        "items": [
            {
                "id": hit["version"],
                "url": f"{root}/statement/{hit['version']}",
                "title": hit["title"],
                "content_text": _summary(hit),
                "date_published": _when(hit),
                "authors": [{"name": hit["issuer"]}],
                "language": hit["lang"],
                "_onrecord": {"issued": hit["issued"], "passage": hit["passage"]},
            }
            for hit in hits
        ],
    }


def opensearch(root: str) -> str:
    """Return what a browser needs to search here from its own box (OpenSearch 1.1)."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        "<ShortName>OnRecord</ShortName><Description>What was officially said</Description>"
        "<InputEncoding>UTF-8</InputEncoding>"
        f'<Url type="text/html" method="get" template="{escape(root)}/search?q={{searchTerms}}"/>'
        f'<Url type="application/atom+xml" template="{escape(root)}/feed.atom?q={{searchTerms}}"/>'
        "</OpenSearchDescription>\n"
    )
