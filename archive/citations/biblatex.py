"""BibLaTeX, read by biber."""

from archive.citation_data import CitationData
from archive.citations import _dates, _tex, _text


def cite(cited: CitationData) -> str:
    """Return an entry of type online; `date` is as precise as the page (EDTF)."""
    quote = _text.clean(cited.passage.exact) if cited.passage else ""
    date = cited.issued.value[:10] if cited.issued else ""
    url = _text.encode_url(cited.url)
    accessed = "" if cited.transcript_of else _dates.format_iso_day(cited.captured)
    return _tex.format_entry(
        "online",
        _text.entry_key(cited),
        (
            ("author", _tex.brace(_text.clean(cited.issuer), whole=True)),
            ("title", _tex.brace(_text.clean(cited.title), whole=True)),
            ("type", _tex.brace(_text.genre(cited))),
            ("number", _tex.brace(_text.clean(cited.identifier))),
            ("organization", _tex.brace(_text.publisher(cited), whole=True)),
            ("date", f"{{{date}}}" if date else ""),
            ("url", f"{{{url}}}" if url else ""),
            ("urldate", f"{{{accessed}}}" if accessed else ""),
            ("addendum", _tex.format_note(cited)),
            ("annotation", _tex.brace(quote)),
        ),
    )
