"""CSL-JSON, schema 1.0.2, for Zotero, pandoc and citeproc."""

from typing import Any

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return a list of one item; facts without a CSL field are in `note` and, exact, `custom`."""
    date_parts = _dates.date_parts(citation.issued)
    item: dict[str, Any] = {
        "id": _text.entry_key(citation),
        "type": "speech" if citation.kind == "speech" else "webpage",
        "genre": _text.genre(citation),
        "number": citation.identifier,
        "title": citation.title,
        "author": [{"literal": citation.issuer}],
        "publisher": citation.publisher,
        "issued": _issued(citation, date_parts),
        "URL": _text.encode_url(citation.url),
        "language": citation.lang,
        "note": _text.note(citation),
        "custom": _custom_fields(citation),
    }
    if not citation.transcript_of:
        day = [int(part) for part in _dates.format_iso_day(citation.captured).split("-")]
        item |= {"accessed": {"date-parts": [day]}, "archive": "OnRecord"}
    return _text.json_text([{name: value for name, value in item.items() if value}])


def _issued(citation: CitationData, date_parts: list[int]) -> dict[str, Any] | None:
    """Return the date variable; `circa` marks a guessed date."""
    if not citation.issued:
        return None
    circa = {"circa": True} if citation.issued.is_guess else {}
    return {"date-parts": [date_parts], **circa}


def _custom_fields(citation: CitationData) -> dict[str, str]:
    fields = {
        "issued-as-printed": citation.issued.printed if citation.issued else "",
        "sha256": citation.sha256,
        "url-status": str(citation.url_status),
    }
    if citation.transcript_of:
        fields["transcript-of"] = citation.transcript_of
    else:
        fields |= {
            "archived-url": _text.encode_url(citation.memento),
            "captured": _dates.format_iso(citation.captured),
        }
        if citation.archived:
            fields |= {
                "archived": _dates.format_iso(citation.archived),
                "archived-by": citation.archived_by,
            }
    if citation.passage:
        fields["quote"] = citation.passage.exact
    return {name: value for name, value in fields.items() if value}
