"""BibTeX, for styles that know neither dates nor addresses."""

from archive.citation_data import CitationData
from archive.citations import _dates, _tex, _text


def cite(cited: CitationData) -> str:
    """Return an entry of type misc."""
    known = _dates.parts(cited.issued)
    kind = f"{_text.genre(cited)} {_text.clean(cited.identifier)}".strip()
    url = _text.address(cited.url)
    quote = _text.clean(cited.passage.exact) if cited.passage else ""
    return _tex.entry(
        "misc",
        _text.key(cited),
        (
            ("author", _tex.braced(_text.clean(cited.issuer), whole=True)),
            ("title", _tex.braced(_text.clean(cited.title), whole=True)),
            ("howpublished", f"{{{_tex.link(url)}}}" if url else ""),
            ("organization", _tex.braced(_text.publisher(cited), whole=True)),
            ("year", f"{{{known[0]}}}" if known else ""),
            ("month", _dates.month_name(known[1])[:3].lower() if len(known) > 1 else ""),
            ("note", _tex.note(cited, f"{kind}. ")),
            ("annote", _tex.braced(quote)),
        ),
    )
