"""Plain text, for a mail or a footnote nobody styles."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return everything a reader needs, in sentences."""
    title = _text.end_sentence(_text.clean(cited.title))
    kind = " ".join(filter(None, (_text.genre(cited), _text.clean(cited.identifier))))
    when = _dates.day_first(cited.issued, undated="Undated")
    parts = [_text.end_sentence(_text.clean(cited.issuer)), title, f"{kind}.", f"{when}."]
    if publisher := _text.publisher(cited):
        parts.append(_text.end_sentence(publisher))
    if cited.passage:
        parts.insert(0, f"“{_text.clean(cited.passage.exact)}” —")
    where = "; ".join(filter(None, (_text.live_url(cited), _text.archived_copy(cited))))
    return f"{' '.join(parts)} {where} ({_text.evidence(cited)})"
