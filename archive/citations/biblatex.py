"""BibLaTeX, read by biber."""

from archive.citation_data import CitationData
from archive.citations import _dates, _tex, _text


def cite(citation: CitationData) -> str:
    """Return an entry of type online; `date` is as precise as the page (EDTF).

    A guessed date is marked as uncertain (EDTF level 1: 2017-04-13?).
    """
    quote = _text.clean(citation.passage.exact) if citation.passage else ""
    issued = citation.issued
    date = f"{issued.value[:10]}{'?' * issued.is_guess}" if issued else ""
    url = _text.encode_url(citation.url)
    accessed = "" if citation.transcript_of else _dates.format_iso_day(citation.captured)
    return _tex.format_entry(
        "online",
        _text.entry_key(citation),
        (
            ("author", _tex.brace(_text.clean(citation.issuer), keep_capitals=True)),
            ("title", _tex.brace(_text.clean(citation.title), keep_capitals=True)),
            ("type", _tex.brace(_text.genre(citation))),
            ("number", _tex.brace(_text.clean(citation.identifier))),
            ("organization", _tex.brace(_text.publisher(citation), keep_capitals=True)),
            ("date", f"{{{date}}}" if date else ""),
            ("url", f"{{{url}}}" if url else ""),
            ("urldate", f"{{{accessed}}}" if accessed else ""),
            ("addendum", _tex.format_note(citation)),
            ("annotation", _tex.brace(quote)),
        ),
    )
