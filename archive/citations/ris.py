"""RIS, as reference managers import it."""

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return one record of type ELEC, with CRLF line ends; RIS has no type for press releases."""
    known = _dates.date_parts(cited.issued)
    quote = _text.clean(cited.passage.exact) if cited.passage else ""
    day = _dates.format_iso_day(cited.captured).replace("-", "/")
    rows = (
        ("TY", "ELEC"),
        ("ID", _text.entry_key(cited)),
        # The comma keeps readers from splitting a body's name into first and last name.
        ("AU", f"{_text.clean(cited.issuer)},"),
        ("TI", _text.clean(cited.title)),
        ("PB", _text.clean(cited.publisher)),
        ("M3", _text.genre(cited)),
        ("M1", _text.clean(cited.identifier)),
        ("PY", str(known[0]) if known else ""),
        ("DA", _slashed(known)),
        ("Y2", "" if cited.transcript_of else f"{day}/"),
        ("UR", _text.encode_url(cited.url)),
        ("L2", "" if cited.transcript_of else _text.encode_url(cited.memento)),
        ("LA", _text.clean(cited.lang)),
        ("N1", _text.note(cited)),
        ("N1", f"Quoted: “{quote}”" if quote else ""),
    )
    lines = "".join(f"{tag}  - {value}\r\n" for tag, value in rows if value)
    return f"{lines}ER  - \r\n"


def _slashed(known: list[int]) -> str:
    if not known:
        return ""
    year, month, day = [f"{part:02d}" for part in known] + [""] * (3 - len(known))
    return f"{year:>04}/{month}/{day}/"
