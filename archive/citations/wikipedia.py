"""Wikipedia's {{cite press release}}."""

import re

from archive.citation_data import CitationData, UrlStatus
from archive.citations import _dates, _text

_ESCAPES = {
    "|": "{{!}}",
    "[": "&#91;",
    "]": "&#93;",
    "{": "&#123;",
    "}": "&#125;",
    "<": "&lt;",
    ">": "&gt;",
    "~": "&#126;",
}


def cite(citation: CitationData) -> str:
    """Return the template and, in a comment after it, the facts it has no parameter for."""
    is_captured = not citation.transcript_of
    day = _dates.format_day(citation.captured) if is_captured else ""
    quote = citation.passage.exact if citation.passage else ""
    status = (
        ""
        if citation.url_status is UrlStatus.UNKNOWN or not is_captured
        else str(citation.url_status)
    )
    language = "" if re.match(r"en\b|und\b", citation.lang) else citation.lang
    rows = (
        ("title", _escape_wikitext(citation.title)),
        ("author", _escape_wikitext(citation.issuer)),
        ("publisher", _escape_wikitext(_text.publisher(citation))),
        ("id", _escape_wikitext(citation.identifier)),
        ("date", _dates.day_first(citation.issued, undated="")),
        ("language", _escape_wikitext(language)),
        ("url", _encode_url(citation.url)),
        ("url-status", status),
        ("access-date", day),
        ("archive-url", _encode_url(citation.memento) if is_captured else ""),
        ("archive-date", day),
        ("quote", _escape_wikitext(quote)),
    )
    template = " ".join(f"|{name}={value}" for name, value in rows if value)
    return f"{{{{cite press release {template}}}}}<!-- {_format_comment(citation)} -->"


def _format_comment(citation: CitationData) -> str:
    provenance = (
        _text.archived_copy(citation)
        if citation.transcript_of
        else f"captured {_dates.format_iso(citation.captured)}"
    )
    if citation.archived:
        instant, archive = _dates.format_iso(citation.archived), _text.clean(citation.archived_by)
        provenance = f"archived {instant} by {archive}, {provenance}"
    text = f"{provenance}; {_text.evidence(citation)}"
    # Two hyphens could end the comment.
    return re.sub(r"-(?=-)", "- ", text).replace(">", "&gt;")


def _escape_wikitext(text: str) -> str:
    text = re.sub(r"&(?=#?\w+;)", "&amp;", _text.clean(text))
    text = "".join(_ESCAPES.get(character, character) for character in text)
    return re.sub(r"'(?=')", "&#39;", text)


def _encode_url(url: str) -> str:
    return _text.encode_url(url).replace("[", "%5B").replace("]", "%5D").replace("''", "%27%27")
