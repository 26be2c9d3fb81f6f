"""Chicago Manual of Style, 17th edition: a note."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return a full note (14.205–10), with the archived copy after the address (14.10)."""
    title = _text.nest_quotes(_text.clean(citation.title), ("‘", "’"))
    genre = _text.genre(citation)
    kind = f"{genre[0].lower()}{genre[1:]} {_text.clean(citation.identifier)}".strip()
    date = _dates.month_first(citation.issued, undated="n.d.")
    parts = (
        f"{_text.clean(citation.issuer)}, “{title},” {kind}",
        _text.publisher(citation),
        date,
        _text.live_url(citation),
        f"{_text.archived_copy(citation)} ({_text.evidence(citation)}).",
    )
    return ", ".join(filter(None, parts))
