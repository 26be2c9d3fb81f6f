"""Plain text, for an e-mail or a footnote without a style."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return the citation as sentences."""
    title = _text.end_sentence(_text.clean(citation.title))
    kind = " ".join(filter(None, (_text.genre(citation), _text.clean(citation.identifier))))
    date = _dates.day_first(citation.issued, undated="Undated")
    parts = [_text.end_sentence(_text.clean(citation.issuer)), title, f"{kind}.", f"{date}."]
    if publisher := _text.publisher(citation):
        parts.append(_text.end_sentence(publisher))
    if citation.passage:
        parts.insert(0, f"“{_text.clean(citation.passage.exact)}” —")
    locations = "; ".join(filter(None, (_text.live_url(citation), _text.archived_copy(citation))))
    return f"{' '.join(parts)} {locations} ({_text.evidence(citation)})"
