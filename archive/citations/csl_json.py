"""CSL-JSON, schema 1.0.2, for Zotero, pandoc and citeproc."""

from typing import Any

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return a list of one item; what CSL has no field for is in `note` and, exactly, `custom`."""
    known = _dates.date_parts(cited.issued)
    item: dict[str, Any] = {
        "id": _text.entry_key(cited),
        "type": "speech" if cited.kind == "speech" else "webpage",
        "genre": _text.genre(cited),
        "number": cited.identifier,
        "title": cited.title,
        "author": [{"literal": cited.issuer}],
        "publisher": cited.publisher,
        "issued": {"date-parts": [known]} if known else None,
        "URL": _text.encode_url(cited.url),
        "language": cited.lang,
        "note": _text.note(cited),
        "custom": _custom(cited),
    }
    if not cited.transcript_of:
        day = [int(part) for part in _dates.format_iso_day(cited.captured).split("-")]
        item |= {"accessed": {"date-parts": [day]}, "archive": "OnRecord"}
    return _text.json_text([{name: value for name, value in item.items() if value}])


def _custom(cited: CitationData) -> dict[str, str]:
    facts = {
        "issued-as-printed": cited.issued.printed if cited.issued else "",
        "sha256": cited.sha256,
        "url-status": str(cited.url_status),
    }
    if cited.transcript_of:
        facts["transcript-of"] = cited.transcript_of
    else:
        facts |= {
            "archived-url": _text.encode_url(cited.memento),
            "captured": _dates.format_iso(cited.captured),
        }
        if cited.archived:
            facts |= {
                "archived": _dates.format_iso(cited.archived),
                "archived-by": cited.archived_by,
            }
    if cited.passage:
        facts["quote"] = cited.passage.exact
    return {name: value for name, value in facts.items() if value}
