"""Pieces that styles share: safe text, safe addresses, and what every citation must say."""

import json
import re
from typing import Any
from urllib.parse import quote

from archive.citation_data import CitationData, UrlStatus
from archive.citations import _dates

# Marks that reorder or hide the text around them: nobody should be able to make a citation read
# otherwise than it is written.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
                     r"\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")  # fmt: skip
_HOST = re.compile(r"(https?://)([^/?#@:]*[^\x00-\x7f][^/?#@:]*)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_ENTITY_IN_JSON = re.compile(r"[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_URL_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
DIGEST_PREFIX_CHARS = 16  # characters of a digest that prose gives


def clean(text: str) -> str:
    """Return `text` on one line, without control characters and marks that reorder it."""
    return _SPACE.sub(" ", _UNSEEN.sub("", text)).strip()


def encode_url(url: str) -> str:
    """Return `url` as an RFC 3986 address: nothing in it ends a line, a field or an argument."""
    url = _UNSEEN.sub("", url).strip()
    if found := _HOST.match(url):
        url = f"{found[1]}{_ascii(found[2])}{url[found.end() :]}"
    return quote(url, safe=_URL_SAFE, errors="replace")


def _ascii(host: str) -> str:
    """Return `host` as the domain name system knows it (RFC 3490), where it has such a name."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def json_text(value: Any) -> str:
    """Return `value` as JSON for people: Unicode as it is, marks that reorder it escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    escaped = _ENTITY_IN_JSON.sub(lambda mark: f"\\u{ord(mark[0]):04x}", text)
    return re.sub("[\ud800-\udfff]", lambda mark: f"\\u{ord(mark[0]):04x}", escaped)


def genre(cited: CitationData) -> str:
    """Return the kind of statement in words: "Press release"."""
    return clean(cited.kind.replace("-", " ")).capitalize() or "Statement"


def publisher(cited: CitationData) -> str:
    """Return who published, "" where that is the issuer."""
    name = clean(cited.publisher)
    return "" if name == clean(cited.issuer) else name


def printed_date(cited: CitationData) -> str:
    """Return the date as the page prints it."""
    printed = clean(cited.issued.printed) if cited.issued else ""
    return f"dated “{printed}”" if printed else "no date on the page"


def live_url(cited: CitationData) -> str:
    """Return the live address, and that it is dead where we know that."""
    url = encode_url(cited.url)
    return f"{url} (no longer there)" if url and cited.url_status is UrlStatus.DEAD else url


def archived_copy(cited: CitationData) -> str:
    """Return where the archived copy is and when it was made, or that there is none."""
    if cited.transcript_of:
        return f"transcript of {clean(cited.transcript_of)}, not a capture"
    return f"{archived_when(cited)}, at {encode_url(cited.memento)}"


def archived_when(cited: CitationData) -> str:
    """Return when the archived copy was made; of another archive's copy, by whom, and our date."""
    captured = _dates.format_instant(cited.captured)
    if cited.archived is None:
        return f"archived {captured}"
    theirs = f"archived {_dates.format_instant(cited.archived)} by {clean(cited.archived_by)}"
    return f"{theirs}, captured from there {captured}"


def evidence(cited: CitationData) -> str:
    """Return what no style has a place for: the printed date and the digest."""
    return f"{printed_date(cited)}; SHA-256 {cited.sha256[:DIGEST_PREFIX_CHARS]}…"


def note(cited: CitationData) -> str:
    """Return all of it for a note field, with the whole digest."""
    text = archived_copy(cited)
    return f"{text[0].upper()}{text[1:]}; {printed_date(cited)}; SHA-256 {cited.sha256}"


def nest_quotes(text: str, inner: tuple[str, str]) -> str:
    """Return `text` for use inside quotation marks, with its own ones made `inner`."""
    opening, closing = inner
    text = re.sub(r'"([^"]*)"', rf"{opening}\1{closing}", text)
    if inner == ("‘", "’"):
        return text.replace("“", "‘").replace("”", "’")
    # A closing ’ may be an apostrophe: only pairs are taken for quotation marks.
    return re.sub(r"‘([^‘’]*)’", rf"{opening}\1{closing}", text)


def end_sentence(text: str) -> str:
    """Return `text` with a full stop, unless it ends as a sentence already."""
    return text if text[-1:] in {".", "?", "!", "…"} else f"{text}."


def entry_key(cited: CitationData) -> str:
    """Return a key for the entry that BibTeX, RIS and CSL all accept."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", cited.statement).strip("_") or "statement"
