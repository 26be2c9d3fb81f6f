"""Sanitise archived HTML and CSS: no script, no form, no address outside the archive.

This is one of three defences; the other two are the Content-Security-Policy and the other origin.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from itertools import islice

import nh3
from lxml.html import HtmlElement

from archive.errors import FormatError, LimitError
from archive.urls.web_address import parse_address, resolve_or_keep
from onrecord.web.replay.rewrite_css import MAX_CHARACTERS, is_inert_data, rewrite_css
from scrapers.parse.html.html_tree import shared_tree

_MAX_STYLES = 40  # linked, and as many inline

TAGS = nh3.ALLOWED_TAGS | {
    "article", "aside", "center", "figcaption", "figure", "font", "footer", "header", "main",
    "nav", "section", "time",
}  # fmt: skip
_ATTRIBUTES = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"class", "id", "lang", "dir", "title", "align", "valign", "datetime"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "size", "face"},
}


class ArchivedPage:
    """The archived page of `url`, sanitised; its links lead to the mementos at `timestamp`."""

    def __init__(self, markup: str, url: str, timestamp: str) -> None:
        self._root = shared_tree(markup) if "<" in markup else None
        self._markup, self._stamp = markup, timestamp
        bases = (base.get("href", "") for base in self._elements("base"))
        base = next(filter(None, bases), "")
        self._base = resolve_or_keep(url, base) if base else url

    def _elements(self, tag: str) -> Iterator[HtmlElement]:
        return iter(()) if self._root is None else self._root.iter(tag)

    @property
    def title(self) -> str:
        title = next(self._elements("title"), None)
        return "" if title is None else " ".join((title.text or "").split())[:500]

    @property
    def language(self) -> tuple[str, str]:
        """Return the `lang` and `dir` attributes of the page; "" for none."""
        page = next(self._elements("html"), None)
        lang, direction = ("", "") if page is None else (page.get("lang", ""), page.get("dir", ""))
        direction = direction.lower()
        return (
            lang if re.fullmatch(r"[A-Za-z0-9-]{1,35}", lang) else "",
            direction if direction in ("rtl", "ltr", "auto") else "",
        )

    def styles(self) -> str:
        """Return the page's style sheets, linked and inline, their addresses rewritten.

        Of the inline ones as many as together do not exceed what one sheet may have.
        """
        links = []
        for link in self._elements("link"):
            if "stylesheet" in link.get("rel", "").lower().split() and (href := link.get("href")):
                address = escape(self._address(href, "cs_"))
                links.append(f'<link rel="stylesheet" href="{address}">')
        blocks, characters = [], 0
        for style in islice(self._elements("style"), _MAX_STYLES):
            text = style.text or ""
            characters += len(text)
            if characters > MAX_CHARACTERS:
                break
            with suppress(LimitError):  # the page is shown without it
                blocks.append("<style>" + self.css(text).replace("</", "<\\/") + "</style>")
        return "".join([*links[:_MAX_STYLES], *blocks])

    def css(self, text: str) -> str:
        return rewrite_css(text, self._address)

    def body(self) -> str:
        """Return the page's content with allowed elements and attributes only."""
        return nh3.clean(
            self._markup,
            tags=TAGS,
            clean_content_tags={"script", "style", "title", "noscript", "template", "svg", "math"}
            - TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=self._filtered,
            link_rel="noopener noreferrer",
            url_schemes={"http", "https", "data"},
        )

    def _filtered(self, tag: str, name: str, value: str) -> str | None:
        if name == "src" and tag == "img":
            return value if is_inert_data(value) else self._address(value, "im_")
        if name == "href" and tag == "a":
            return value if value.startswith("#") else self._address(value, "")
        return None if name in ("src", "href", "cite") else value

    def _address(self, value: str, modifier: str) -> str:
        return _replay_path(value, self._base, self._stamp, modifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class SanitisedPage:
    """The parts of an archived page that are shown."""

    title: str
    lang: str  # "" for none
    direction: str  # rtl, ltr, auto, or "" for none
    styles: str
    body: str


def sanitise_page(markup: str, url: str, timestamp: str) -> SanitisedPage:
    """Return the page at `url`, sanitised; LimitError if it exceeds the parser's limits."""
    page = ArchivedPage(markup, url, timestamp)
    lang, direction = page.language
    return SanitisedPage(
        title=page.title, lang=lang, direction=direction, styles=page.styles(), body=page.body()
    )


def rewrite_sheet(text: str, base: str, timestamp: str) -> str:
    """Return the style sheet at `base` with its addresses rewritten; errors of `rewrite_css`."""
    return rewrite_css(text, lambda value, modifier: _replay_path(value, base, timestamp, modifier))


def _replay_path(value: str, base: str, timestamp: str, modifier: str) -> str:
    """Return the path of `value` in the replay; "#" if it is not an http or https address."""
    try:
        url = parse_address(resolve_or_keep(base, value))
    except FormatError:
        return "#"
    escaped_url = re.sub(r"[\s\"'()<>\\]", lambda match: f"%{ord(match[0]):02X}", url)
    return f"/web/{timestamp}{modifier}/{escaped_url}"
