"""Archived HTML and CSS made harmless: no script, no form, no address but the archive's own.

This is one of three walls; the other two are the Content-Security-Policy and the other origin.
"""

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

import nh3

from scrapers.parse.parser_limits import check_html

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_BASE = re.compile(r"<base\s[^>]*?href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_HTML = re.compile(r"<html\s([^>]*)>", re.IGNORECASE)
_NAMED = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
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


class Page:
    """An archived page of `url`, as it may be shown; addresses lead to `stamp`'s copies."""

    def __init__(self, markup: str, url: str, stamp: str) -> None:
        check_html(markup)
        self._markup, self._stamp = markup, stamp
        base = _BASE.search(markup)
        self._base = urljoin(url, unescape(base[1])) if base else url

    @property
    def title(self) -> str:
        found = _TITLE.search(self._markup)
        return " ".join(unescape(found[1]).split())[:500] if found else ""

    @property
    def language(self) -> tuple[str, str]:
        """Return lang and dir of the page, "" where it says none."""
        found = _HTML.search(self._markup)
        said = _named(found[1]) if found else {}
        lang = said.get("lang", "")
        way = said.get("dir", "").lower()
        return (
            lang if re.fullmatch(r"[A-Za-z0-9-]{1,35}", lang) else "",
            way if way in ("rtl", "ltr", "auto") else "",
        )

    def styles(self) -> str:
        """Return the page's style sheets: links into the archive, and its own, rewritten."""
        linked = []
        for link in _LINK.finditer(self._markup):
            said = _named(link[1])
            if "stylesheet" in said.get("rel", "").lower().split() and (href := said.get("href")):
                where = escape(self._address(unescape(href), "cs_"))
                linked.append(f'<link rel="stylesheet" href="{where}">')
        own = (self.css(style[1]) for style in _STYLE.finditer(self._markup))
        inline = ["<style>" + text.replace("</", "<\\/") + "</style>" for text in own]
        return "".join([*linked[:40], *inline[:40]])

    def css(self, text: str) -> str:
        return css(text, self._base, self._stamp)

    def body(self) -> str:
        """Return what the page shows."""
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

    def _address(self, value: str, kind: str) -> str:
        return _archived(value, self._base, self._stamp, kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class SanitisedPage:
    """What is shown of an archived page."""

    title: str
    lang: str  # "" where the page says none
    direction: str  # likewise: rtl, ltr or auto
    styles: str
    body: str


def sanitise(markup: str, url: str, stamp: str) -> SanitisedPage:
    """Return the page at `url` as it may be shown; LimitError where it must not be parsed."""
    page = Page(markup, url, stamp)
    lang, direction = page.language
    return SanitisedPage(
        title=page.title, lang=lang, direction=direction, styles=page.styles(), body=page.body()
    )


def css(text: str, base: str, stamp: str) -> str:
    """Return a style sheet whose addresses lead into the archive."""

    def replaced(match: re.Match[str]) -> str:
        value = match[1].strip("\"'")
        if _CSS_DATA.match(value) and '"' not in value:
            return f'url("{value}")'
        return f'url("{_archived(value, base, stamp, "im_")}")'

    def imported(match: re.Match[str]) -> str:
        where = _archived(match[1].strip("\"'"), base, stamp, "cs_")
        return f'@import "{where}"'

    return _CSS_IMPORT.sub(imported, _CSS_URL.sub(replaced, text))


def _archived(value: str, base: str, stamp: str, kind: str) -> str:
    """Return where the archive has `value`; "#" for what is not of the web."""
    try:
        url = urljoin(base, value.strip())
        if urlsplit(url).scheme not in ("http", "https"):
            return "#"
    except ValueError:
        return "#"
    safe = re.sub(r"[\s\"'()<>\\]", lambda odd: f"%{ord(odd[0]):02X}", url)
    return f"/web/{stamp}{kind}/{safe}"


def _named(attributes: str) -> dict[str, str]:
    return {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _NAMED.finditer(attributes)}
