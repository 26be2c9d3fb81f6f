"""The Bluebook, 21st edition: press releases and internet pages."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return the form of rules 17.2.4 and 18.2.2, the archived copy in brackets (18.2.1(d))."""
    genre = _text.genre(citation).title()
    parts = [genre, _text.clean(citation.issuer), _text.clean(citation.title)]
    if identifier := _text.clean(citation.identifier):
        parts.append(identifier)
    date = _dates.month_first(citation.issued, undated="n.d.", short=True)
    url, archived = _text.live_url(citation), _text.archived_copy(citation)
    url_part = f"{', ' if url else ''}{url}"
    if citation.transcript_of:
        return f"{', '.join(parts)} ({date}){url_part} ({archived}; {_text.evidence(citation)})."
    copy_url = f"[{_text.encode_url(citation.memento)}]"
    provenance = f"{_text.archived_when(citation)}; {_text.evidence(citation)}"
    return f"{', '.join(parts)} ({date}){url_part} {copy_url} ({provenance})."
