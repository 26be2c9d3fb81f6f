"""RIS, the import format of reference managers."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return one record of type ELEC, with CRLF line ends; RIS has no type for press releases."""
    issued = citation.issued
    date_parts = _dates.date_parts(issued)
    quote = _text.clean(citation.passage.exact) if citation.passage else ""
    day = _dates.format_iso_day(citation.captured).replace("-", "/")
    rows = (
        ("TY", "ELEC"),
        ("ID", _text.entry_key(citation)),
        # The comma prevents programs from splitting an organisation's name into first and last.
        ("AU", f"{_text.clean(citation.issuer)},"),
        ("TI", _text.clean(citation.title)),
        ("PB", _text.clean(citation.publisher)),
        ("M3", _text.genre(citation)),
        ("M1", _text.clean(citation.identifier)),
        ("PY", str(date_parts[0]) if date_parts else ""),
        ("DA", _format_date(date_parts, guessed=bool(issued and issued.is_guess))),
        ("Y2", "" if citation.transcript_of else f"{day}/"),
        ("UR", _text.encode_url(citation.url)),
        ("L2", "" if citation.transcript_of else _text.encode_url(citation.memento)),
        ("LA", _text.clean(citation.lang)),
        ("N1", _text.note(citation)),
        ("N1", f"Quoted: “{quote}”" if quote else ""),
    )
    lines = "".join(f"{tag}  - {value}\r\n" for tag, value in rows if value)
    return f"{lines}ER  - \r\n"


def _format_date(date_parts: list[int], *, guessed: bool) -> str:
    """Return YYYY/MM/DD/, and after the last slash, which is for other information, a guess."""
    if not date_parts:
        return ""
    year, month, day = [f"{part:02d}" for part in date_parts] + [""] * (3 - len(date_parts))
    return f"{year:>04}/{month}/{day}/{'guessed' if guessed else ''}"
