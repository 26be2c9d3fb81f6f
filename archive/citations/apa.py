"""APA, 7th edition: an entry of the reference list."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return a webpage or press release entry (10.16), with the archived copy after the address."""
    kind = f"{_text.genre(cited)} {_text.clean(cited.identifier)}".strip()
    when = _dates.year_first(cited.issued, undated="n.d.")
    parts = [
        f"{_text.stopped(_text.clean(cited.issuer))} ({when}).",
        f"{_text.clean(cited.title)} [{kind}].",
    ]
    if publisher := _text.publisher(cited):
        parts.append(_text.stopped(publisher))
    if url := _text.live(cited):
        parts.append(url)
    return f"{' '.join(parts)} ({_text.archived(cited)}; {_text.evidence(cited)})"
