"""A Robust Link (https://robustlinks.mementoweb.org/spec/): HTML with live and archived URLs."""

from html import escape

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(citation: CitationData) -> str:
    """Return one HTML element, safe to insert into any page."""
    title = f"<cite>{_live_link(citation)}</cite>"
    date = _dates.day_first(citation.issued, undated="n.d.")
    quotation = f"<q>{escape(_text.clean(citation.passage.exact))}</q> " if citation.passage else ""
    text = f"{quotation}{escape(_text.clean(citation.issuer))}, {title}, {escape(date)}"
    lang = f' lang="{escape(citation.lang)}"' if citation.lang not in ("", "und") else ""
    evidence = escape(_text.evidence(citation))
    return f'<span{lang} dir="auto">{text}, {_archived_link(citation)} ({evidence})</span>'


def _live_link(citation: CitationData) -> str:
    """Return the title as a link to the live page, with the archived copy as attributes."""
    text, url = escape(_text.clean(citation.title)), _text.encode_url(citation.url)
    if not _is_http_url(url):
        return text
    attributes = {"href": url, "data-originalurl": url}
    if not citation.transcript_of:
        attributes["data-versionurl"] = _text.encode_url(citation.memento)
        attributes["data-versiondate"] = _dates.format_iso(citation.captured)
    return f"<a {_format_attributes(attributes)}>{text}</a>"


def _archived_link(citation: CitationData) -> str:
    url, text = _text.encode_url(citation.memento), escape(_text.archived_copy(citation))
    if citation.transcript_of or not _is_http_url(url):
        return text
    return f"<a {_format_attributes({'href': url + citation.fragment})}>{text}</a>"


def _format_attributes(values: dict[str, str]) -> str:
    return " ".join(f'{name}="{escape(value)}"' for name, value in values.items())


def _is_http_url(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))
