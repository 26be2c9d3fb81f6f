"""APA style, 7th edition: a reference list entry."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return a webpage or press release entry (10.16), with the archived copy after the address."""
    kind = f"{_text.genre(citation)} {_text.clean(citation.identifier)}".strip()
    date = _dates.year_first(citation.issued, undated="n.d.")
    parts = [
        f"{_text.end_sentence(_text.clean(citation.issuer))} ({date}).",
        f"{_text.clean(citation.title)} [{kind}].",
    ]
    if publisher := _text.publisher(citation):
        parts.append(_text.end_sentence(publisher))
    if url := _text.live_url(citation):
        parts.append(url)
    return f"{' '.join(parts)} ({_text.archived_copy(citation)}; {_text.evidence(citation)})"
