"""Chicago Manual of Style, 17th edition: a note."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return a full note (14.205–10), with the archived copy after the address (14.10)."""
    title = _text.nest_quotes(_text.clean(cited.title), ("‘", "’"))
    genre = _text.genre(cited)
    kind = f"{genre[0].lower()}{genre[1:]} {_text.clean(cited.identifier)}".strip()
    when = _dates.month_first(cited.issued, undated="n.d.")
    parts = (
        f"{_text.clean(cited.issuer)}, “{title},” {kind}",
        _text.publisher(cited),
        when,
        _text.live_url(cited),
        f"{_text.archived_copy(cited)} ({_text.evidence(cited)}).",
    )
    return ", ".join(filter(None, parts))
