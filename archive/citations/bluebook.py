"""The Bluebook, 21st edition: press releases and pages on the internet."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return rule 17.2.4 and 18.2.2's form, with the archived copy in brackets (18.2.1(d))."""
    genre = _text.genre(cited).title()
    parts = [genre, _text.clean(cited.issuer), _text.clean(cited.title)]
    if identifier := _text.clean(cited.identifier):
        parts.append(identifier)
    when = _dates.month_first(cited.issued, undated="n.d.", short=True)
    url, archived = _text.live_url(cited), _text.archived_copy(cited)
    where = f"{', ' if url else ''}{url}"
    if cited.transcript_of:
        return f"{', '.join(parts)} ({when}){where} ({archived}; {_text.evidence(cited)})."
    copy = f"[{_text.encode_url(cited.memento)}]"
    provenance = f"{_text.archived_when(cited)}; {_text.evidence(cited)}"
    return f"{', '.join(parts)} ({when}){where} {copy} ({provenance})."
