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


def cite(cited: CitationData) -> str:
    """Return the template, and behind it, as a comment, what it has no parameter for."""
    copied = not cited.transcript_of
    day = _dates.format_day(cited.captured) if copied else ""
    quote = cited.passage.exact if cited.passage else ""
    status = "" if cited.url_status is UrlStatus.UNKNOWN or not copied else str(cited.url_status)
    foreign = "" if re.match(r"en\b|und\b", cited.lang) else cited.lang
    rows = (
        ("title", _wiki(cited.title)),
        ("author", _wiki(cited.issuer)),
        ("publisher", _wiki(_text.publisher(cited))),
        ("id", _wiki(cited.identifier)),
        ("date", _dates.day_first(cited.issued, undated="")),
        ("language", _wiki(foreign)),
        ("url", _url(cited.url)),
        ("url-status", status),
        ("access-date", day),
        ("archive-url", _url(cited.memento) if copied else ""),
        ("archive-date", day),
        ("quote", _wiki(quote)),
    )
    template = " ".join(f"|{name}={value}" for name, value in rows if value)
    return f"{{{{cite press release {template}}}}}<!-- {_comment(cited)} -->"


def _comment(cited: CitationData) -> str:
    said = (
        _text.archived_copy(cited)
        if cited.transcript_of
        else f"captured {_dates.format_iso(cited.captured)}"
    )
    if cited.archived:
        theirs = f"archived {_dates.format_iso(cited.archived)} by {_text.clean(cited.archived_by)}"
        said = f"{theirs}, {said}"
    text = f"{said}; {_text.evidence(cited)}"
    # Two hyphens could end the comment.
    return re.sub(r"-(?=-)", "- ", text).replace(">", "&gt;")


def _wiki(text: str) -> str:
    text = re.sub(r"&(?=#?\w+;)", "&amp;", _text.clean(text))
    text = "".join(_ESCAPES.get(character, character) for character in text)
    return re.sub(r"'(?=')", "&#39;", text)


def _url(url: str) -> str:
    return _text.encode_url(url).replace("[", "%5B").replace("]", "%5D").replace("''", "%27%27")
