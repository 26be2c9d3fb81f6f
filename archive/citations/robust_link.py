"""A Robust Link (https://robustlinks.mementoweb.org/spec/): HTML that outlives its page."""

from html import escape

from archive.citation_data import CitationData
from archive.citations import _dates, _text


def cite(cited: CitationData) -> str:
    """Return one element of HTML; it can be put into any page as it is."""
    title = f"<cite>{_link(cited)}</cite>"
    when = _dates.day_first(cited.issued, undated="n.d.")
    quoted = f"<q>{escape(_text.clean(cited.passage.exact))}</q> " if cited.passage else ""
    head = f"{quoted}{escape(_text.clean(cited.issuer))}, {title}, {escape(when)}"
    lang = f' lang="{escape(cited.lang)}"' if cited.lang not in ("", "und") else ""
    return f'<span{lang} dir="auto">{head}, {_copy(cited)} ({escape(_text.evidence(cited))})</span>'


def _link(cited: CitationData) -> str:
    """Return the title as a link to the live page, with the archived copy as attributes."""
    text, url = escape(_text.clean(cited.title)), _text.encode_url(cited.url)
    if not _safe(url):
        return text
    attributes = {"href": url, "data-originalurl": url}
    if not cited.transcript_of:
        attributes["data-versionurl"] = _text.encode_url(cited.memento)
        attributes["data-versiondate"] = _dates.format_iso(cited.captured)
    return f"<a {_attributes(attributes)}>{text}</a>"


def _copy(cited: CitationData) -> str:
    url, words = _text.encode_url(cited.memento), escape(_text.archived_copy(cited))
    if cited.transcript_of or not _safe(url):
        return words
    return f"<a {_attributes({'href': url + cited.fragment})}>{words}</a>"


def _attributes(values: dict[str, str]) -> str:
    return " ".join(f'{name}="{escape(value)}"' for name, value in values.items())


def _safe(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))
