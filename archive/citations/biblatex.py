"""BibLaTeX, read by biber."""

from archive.citation_data import CitationData
from archive.citations import _dates, _tex, _text


def cite(cited: CitationData) -> str:
    """Return an entry of type online; `date` is as precise as the page (EDTF)."""
    quote = _text.clean(cited.passage.exact) if cited.passage else ""
    date = cited.issued.value[:10] if cited.issued else ""
    url = _text.address(cited.url)
    accessed = "" if cited.transcript_of else _dates.iso_day(cited.captured)
    return _tex.entry(
        "online",
        _text.key(cited),
        (
            ("author", _tex.braced(_text.clean(cited.issuer), whole=True)),
            ("title", _tex.braced(_text.clean(cited.title), whole=True)),
            ("type", _tex.braced(_text.genre(cited))),
            ("number", _tex.braced(_text.clean(cited.identifier))),
            ("organization", _tex.braced(_text.publisher(cited), whole=True)),
            ("date", f"{{{date}}}" if date else ""),
            ("url", f"{{{url}}}" if url else ""),
            ("urldate", f"{{{accessed}}}" if accessed else ""),
            ("addendum", _tex.note(cited)),
            ("annotation", _tex.braced(quote)),
        ),
    )
