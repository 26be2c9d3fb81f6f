"""OSCOLA, 4th edition: websites and press releases."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return section 3.4.8's form, with the archived copy as a second address."""
    title = _text.nest_quotes(_text.clean(cited.title), ("“", "”"))
    when = _dates.day_first(cited.issued, undated="n.d.")
    inside = ", ".join(filter(None, (_text.publisher(cited), _text.clean(cited.identifier), when)))
    text = f"{_text.clean(cited.issuer)}, ‘{title}’ ({inside})"
    if url := _text.encode_url(cited.url):
        text += f" <{url}>"
    if cited.transcript_of:
        return f"{text} ({_text.archived_copy(cited)}; {_text.evidence(cited)})"
    copy = f"archived at <{_text.encode_url(cited.memento)}>"
    accessed = f"accessed {_dates.format_day(cited.captured)}"
    return f"{text} {copy} {accessed} ({_text.archived_when(cited)}; {_text.evidence(cited)})"
