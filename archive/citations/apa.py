"""APA, 7th edition: an entry of the reference list."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return a webpage or press release entry (10.16), with the archived copy after the address."""
    kind = f"{_text.genre(cited)} {_text.clean(cited.identifier)}".strip()
    when = _dates.year_first(cited.issued, undated="n.d.")
    parts = [
        f"{_text.end_sentence(_text.clean(cited.issuer))} ({when}).",
        f"{_text.clean(cited.title)} [{kind}].",
    ]
    if publisher := _text.publisher(cited):
        parts.append(_text.end_sentence(publisher))
    if url := _text.live_url(cited):
        parts.append(url)
    return f"{' '.join(parts)} ({_text.archived_copy(cited)}; {_text.evidence(cited)})"
