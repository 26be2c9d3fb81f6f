"""BibTeX, for styles that know neither dates nor addresses."""

from archive.citation_data import CitationData
from archive.citations import _dates, _tex, _text


def cite(cited: CitationData) -> str:
    """Return an entry of type misc."""
    known = _dates.date_parts(cited.issued)
    kind = f"{_text.genre(cited)} {_text.clean(cited.identifier)}".strip()
    url = _text.encode_url(cited.url)
    quote = _text.clean(cited.passage.exact) if cited.passage else ""
    return _tex.format_entry(
        "misc",
        _text.entry_key(cited),
        (
            ("author", _tex.brace(_text.clean(cited.issuer), whole=True)),
            ("title", _tex.brace(_text.clean(cited.title), whole=True)),
            ("howpublished", f"{{{_tex.format_link(url)}}}" if url else ""),
            ("organization", _tex.brace(_text.publisher(cited), whole=True)),
            ("year", f"{{{known[0]}}}" if known else ""),
            ("month", _dates.month_name(known[1])[:3].lower() if len(known) > 1 else ""),
            ("note", _tex.format_note(cited, f"{kind}. ")),
            ("annote", _tex.brace(quote)),
        ),
    )
