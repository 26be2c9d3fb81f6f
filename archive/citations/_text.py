"""Parts that styles share: safe text, safe URLs, and the facts every citation must state."""

import json
import re
from typing import Any
from urllib.parse import quote

from archive.citation_data import CitationData, UrlStatus
from archive.citations import _dates

# Characters that reorder or hide the text around them: a citation must not read otherwise than it
# is written.
_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
                     r"\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")  # fmt: skip
_NON_ASCII_HOST = re.compile(r"(https?://)([^/?#@:]*[^\x00-\x7f][^/?#@:]*)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_ESCAPED_IN_JSON = re.compile(
    r"[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_URL_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
DIGEST_PREFIX_CHARS = 16  # of a digest, in prose


def clean(text: str) -> str:
    """Return `text` on one line, without control characters and characters that reorder it."""
    return _SPACE.sub(" ", _HIDDEN.sub("", text)).strip()


def encode_url(url: str) -> str:
    """Return `url` percent-encoded (RFC 3986): nothing in it ends a line, field or argument."""
    url = _HIDDEN.sub("", url).strip()
    if match := _NON_ASCII_HOST.match(url):
        url = f"{match[1]}{_encode_host(match[2])}{url[match.end() :]}"
    return quote(url, safe=_URL_SAFE, errors="replace")


def _encode_host(host: str) -> str:
    """Return `host` in its ASCII form (IDNA, RFC 3490); unchanged if it has none."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def json_text(value: Any) -> str:
    """Return `value` as indented JSON: Unicode unescaped, except characters that reorder text."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    escaped = _ESCAPED_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", escaped)


def genre(citation: CitationData) -> str:
    """Return the kind of statement in words, for example "Press release"."""
    return clean(citation.kind.replace("-", " ")).capitalize() or "Statement"


def publisher(citation: CitationData) -> str:
    """Return the publisher; "" if it is the issuer."""
    name = clean(citation.publisher)
    return "" if name == clean(citation.issuer) else name


def printed_date(citation: CitationData) -> str:
    """Return the date as printed on the page, that it is a guess, or that there is none."""
    issued = citation.issued
    printed = clean(issued.printed) if issued else ""
    if not issued or not printed:
        return "no date on the page"
    if issued.read_from == "url":
        return f"date inferred from the address, “{printed}”"
    return f"date {clean(issued.read_from)}" if issued.is_guess else f"dated “{printed}”"


def live_url(citation: CitationData) -> str:
    """Return the live URL, marked if it is known to be dead."""
    url = encode_url(citation.url)
    return f"{url} (no longer there)" if url and citation.url_status is UrlStatus.DEAD else url


def archived_copy(citation: CitationData) -> str:
    """Return the URL and date of the archived copy, or that there is none."""
    if citation.transcript_of:
        return f"transcript of {clean(citation.transcript_of)}, not a capture"
    return f"{archived_when(citation)}, at {encode_url(citation.memento)}"


def archived_when(citation: CitationData) -> str:
    """Return when the copy was archived; of another archive's copy, also by whom, and our date."""
    captured = _dates.format_instant(citation.captured)
    if citation.archived is None:
        return f"archived {captured}"
    archived_elsewhere = (
        f"archived {_dates.format_instant(citation.archived)} by {clean(citation.archived_by)}"
    )
    return f"{archived_elsewhere}, captured from there {captured}"


def evidence(citation: CitationData) -> str:
    """Return the facts that no style has a place for: the printed date and the digest."""
    return f"{printed_date(citation)}; SHA-256 {citation.sha256[:DIGEST_PREFIX_CHARS]}…"


def note(citation: CitationData) -> str:
    """Return the text of a note field: archived copy, printed date, whole digest."""
    text = archived_copy(citation)
    return f"{text[0].upper()}{text[1:]}; {printed_date(citation)}; SHA-256 {citation.sha256}"


def nest_quotes(text: str, inner: tuple[str, str]) -> str:
    """Return `text` for use inside quotation marks, with its own replaced by `inner`."""
    opening, closing = inner
    text = re.sub(r'"([^"]*)"', rf"{opening}\1{closing}", text)
    if inner == ("‘", "’"):
        return text.replace("“", "‘").replace("”", "’")
    # A closing ’ may be an apostrophe: only pairs count as quotation marks.
    return re.sub(r"‘([^‘’]*)’", rf"{opening}\1{closing}", text)


def end_sentence(text: str) -> str:
    """Return `text` with a full stop, unless it already ends a sentence."""
    return text if text[-1:] in {".", "?", "!", "…"} else f"{text}."


def entry_key(citation: CitationData) -> str:
    """Return an entry key that BibTeX, RIS and CSL all accept."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", citation.statement).strip("_") or "statement"
