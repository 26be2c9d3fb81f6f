"""Sanitise archived HTML and CSS: no script, no form, no address outside the archive.

This is one of three defences; the other two are the Content-Security-Policy and the other origin.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3

from archive.errors import FormatError
from archive.urls.web_address import parse_address, resolve_or_keep
from scrapers.parse.parser_limits import check_html

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_BASE = re.compile(r"<base\s[^>]*?href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_HTML = re.compile(r"<html\s([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_LINK = re.compile(r"<link\s([^>]*)>", re.IGNORECASE)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style\s*>", re.IGNORECASE | re.DOTALL)
_CSS_URL = re.compile(r"url\(\s*(\"[^\"]*\"|'[^']*'|[^)\s]*)\s*\)", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"@import\s+(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_CSS_DATA = re.compile(r"data:(?:image/(?:png|gif|jpeg|webp)|font/)", re.IGNORECASE)

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
        check_html(markup)
        self._markup, self._stamp = markup, timestamp
        base = _BASE.search(markup)
        self._base = resolve_or_keep(url, unescape(base[1])) if base else url

    @property
    def title(self) -> str:
        match = _TITLE.search(self._markup)
        return " ".join(unescape(match[1]).split())[:500] if match else ""

    @property
    def language(self) -> tuple[str, str]:
        """Return the `lang` and `dir` attributes of the page; "" for none."""
        match = _HTML.search(self._markup)
        attributes = _parse_attributes(match[1]) if match else {}
        lang = attributes.get("lang", "")
        direction = attributes.get("dir", "").lower()
        return (
            lang if re.fullmatch(r"[A-Za-z0-9-]{1,35}", lang) else "",
            direction if direction in ("rtl", "ltr", "auto") else "",
        )

    def styles(self) -> str:
        """Return the page's style sheets, linked and inline, their addresses rewritten."""
        links = []
        for link in _LINK.finditer(self._markup):
            attributes = _parse_attributes(link[1])
            if "stylesheet" in attributes.get("rel", "").lower().split() and (
                href := attributes.get("href")
            ):
                address = escape(self._address(unescape(href), "cs_"))
                links.append(f'<link rel="stylesheet" href="{address}">')
        inline_texts = (self.css(style[1]) for style in _STYLE.finditer(self._markup))
        blocks = ["<style>" + text.replace("</", "<\\/") + "</style>" for text in inline_texts]
        return "".join([*links[:40], *blocks[:40]])

    def css(self, text: str) -> str:
        return rewrite_css(text, self._base, self._stamp)

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
            return value if _CSS_DATA.match(value) else self._address(value, "im_")
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


def rewrite_css(text: str, base: str, timestamp: str) -> str:
    """Return a style sheet with its addresses rewritten into the archive."""

    def replace_url(match: re.Match[str]) -> str:
        value = match[1].strip("\"'")
        if _CSS_DATA.match(value) and '"' not in value:
            return f'url("{value}")'
        return f'url("{_replay_path(value, base, timestamp, "im_")}")'

    def replace_import(match: re.Match[str]) -> str:
        address = _replay_path(match[1].strip("\"'"), base, timestamp, "cs_")
        return f'@import "{address}"'

    return _CSS_IMPORT.sub(replace_import, _CSS_URL.sub(replace_url, text))


def _replay_path(value: str, base: str, timestamp: str, modifier: str) -> str:
    """Return the path of `value` in the replay; "#" if it is not an http or https address."""
    try:
        url = parse_address(resolve_or_keep(base, value))
    except FormatError:
        return "#"
    escaped_url = re.sub(r"[\s\"'()<>\\]", lambda match: f"%{ord(match[0]):02X}", url)
    return f"/web/{timestamp}{modifier}/{escaped_url}"


def _parse_attributes(attributes: str) -> dict[str, str]:
    return {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(attributes)}
