"""BibTeX, for styles without date and URL fields."""

from archive.citation_data import CitationData
from archive.citations import _dates, _tex, _text


def cite(citation: CitationData) -> str:
    """Return an entry of type misc."""
    date_parts = _dates.date_parts(citation.issued)
    year = str(date_parts[0]) if date_parts else ""
    if citation.issued and citation.issued.is_guess:
        year = f"[{year}?]"
    kind = f"{_text.genre(citation)} {_text.clean(citation.identifier)}".strip()
    url = _text.encode_url(citation.url)
    quote = _text.clean(citation.passage.exact) if citation.passage else ""
    return _tex.format_entry(
        "misc",
        _text.entry_key(citation),
        (
            ("author", _tex.brace(_text.clean(citation.issuer), keep_capitals=True)),
            ("title", _tex.brace(_text.clean(citation.title), keep_capitals=True)),
            ("howpublished", f"{{{_tex.format_link(url)}}}" if url else ""),
            ("organization", _tex.brace(_text.publisher(citation), keep_capitals=True)),
            ("year", f"{{{year}}}" if year else ""),
            ("month", _dates.month_name(date_parts[1])[:3].lower() if len(date_parts) > 1 else ""),
            ("note", _tex.format_note(citation, f"{kind}. ")),
            ("annote", _tex.brace(quote)),
        ),
    )
