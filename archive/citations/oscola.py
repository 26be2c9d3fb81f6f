"""OSCOLA, 4th edition: websites and press releases."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return the form of section 3.4.8, with the archived copy as a second URL."""
    title = _text.nest_quotes(_text.clean(citation.title), ("“", "”"))
    date = _dates.day_first(citation.issued, undated="n.d.")
    details = ", ".join(
        filter(None, (_text.publisher(citation), _text.clean(citation.identifier), date))
    )
    text = f"{_text.clean(citation.issuer)}, ‘{title}’ ({details})"
    if url := _text.encode_url(citation.url):
        text += f" <{url}>"
    if citation.transcript_of:
        return f"{text} ({_text.archived_copy(citation)}; {_text.evidence(citation)})"
    archived_url = f"archived at <{_text.encode_url(citation.memento)}>"
    access_date = f"accessed {_dates.format_day(citation.captured)}"
    provenance = f"{_text.archived_when(citation)}; {_text.evidence(citation)}"
    return f"{text} {archived_url} {access_date} ({provenance})"
