"""OSCOLA, 4th edition: websites and press releases."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return section 3.4.8's form, with the archived copy as a second address."""
    title = _text.nested(_text.clean(cited.title), ("“", "”"))
    when = _dates.day_first(cited.issued, undated="n.d.")
    inside = ", ".join(filter(None, (_text.publisher(cited), _text.clean(cited.identifier), when)))
    text = f"{_text.clean(cited.issuer)}, ‘{title}’ ({inside})"
    if url := _text.address(cited.url):
        text += f" <{url}>"
    if cited.transcript_of:
        return f"{text} ({_text.archived(cited)}; {_text.evidence(cited)})"
    copy = f"archived at <{_text.address(cited.memento)}>"
    accessed = f"accessed {_dates.day_words(cited.captured)}"
    return f"{text} {copy} {accessed} ({_text.made(cited)}; {_text.evidence(cited)})"
