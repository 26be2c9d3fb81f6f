"""Find a publisher's candidate listings: feeds, sitemaps, and links that are marked up alike."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.urls.web_address import address_host, resolve_or_keep
from scrapers.parse.html.html_page import HtmlPage
from scrapers.propose.css_selectors import candidate_selectors

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_COMMON_FEED_PATHS = ("feed/", "rss.xml", "feed.xml", "atom.xml", "rss")
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_MIN_LINKS = 5  # links of a list
_MIN_TITLE_CHARACTERS = 20  # characters: a menu's words are shorter


@dataclass(frozen=True, slots=True)
class LinkList:
    """Links of one page that are marked up alike."""

    items: str  # CSS: one a statement
    urls: tuple[str, ...]


def named_feeds(page: HtmlPage) -> list[str]:
    """Return the URLs of the feeds that a page declares (link rel=alternate)."""
    links = page.select("link[rel~=alternate][href]")
    urls = [
        resolve_or_keep(page.base, str(link["href"]))
        for link in links
        if str(link.get("type", "")).partition(";")[0].strip().lower() in _FEED_TYPES
    ]
    return list(dict.fromkeys(url for url in urls if "comments" not in url))


def common_feed_urls(url: str) -> list[str]:
    """Return common URLs of feeds on the site of `url`, for pages that declare none."""
    return [resolve_or_keep(url, f"/{path}") for path in _COMMON_FEED_PATHS]


def sitemap_urls(robots: str, url: str) -> list[str]:
    """Return the sitemaps that a robots.txt names (sitemaps.org), else /sitemap.xml."""
    return _SITEMAP_LINE.findall(robots) or [resolve_or_keep(url, "/sitemap.xml")]


def find_link_list(page: HtmlPage) -> LinkList | None:
    """Return the list of links with the most words; None where no five are marked up alike."""
    links_by_selector: dict[str, dict[str, int]] = defaultdict(dict)
    host = address_host(page.url)
    for link in page.select("a[href]"):
        url = resolve_or_keep(page.base, str(link["href"])).partition("#")[0]
        word_characters = len(" ".join(link.get_text(" ").split()))
        if word_characters < _MIN_TITLE_CHARACTERS or address_host(url) != host or url == page.url:
            continue
        for parent in list(link.parents)[:4]:
            for selector in candidate_selectors(parent)[:3]:
                if parent.name in {"li", "article", "div", "tr", "section", "h2", "h3"}:
                    links_by_selector[selector][url] = word_characters
    lists = {
        selector: urls
        for selector, urls in links_by_selector.items()
        if _is_list(page, selector, urls)
    }
    if not lists:
        return None
    best = max(lists, key=lambda selector: (sum(lists[selector].values()), -len(selector)))
    return LinkList(best, tuple(lists[best]))


def _is_list(page: HtmlPage, selector: str, urls: dict[str, int]) -> bool:
    return len(urls) >= _MIN_LINKS and len(page.select(selector)) >= len(urls)


def url_pattern(urls: Sequence[str]) -> str:
    r"""Return the narrowest regular expression, by path segments, that fits `urls`.

    >>> url_pattern(["https://a.example/news/2024/12-peace", "https://a.example/news/2025/9-war"])
    'https?://a\\.example/news/\\d+/[^/?#]+'
    """
    hosts = Counter(urlsplit(url).netloc for url in urls)
    host = re.escape(hosts.most_common(1)[0][0])
    path_segments = [urlsplit(url).path.strip("/").split("/") for url in urls]
    if len({len(parts) for parts in path_segments}) == 1:
        middle = "/".join(_segment_pattern(parts) for parts in zip(*path_segments, strict=True))
    else:
        shared = [
            segments[0] for segments in zip(*path_segments, strict=False) if len(set(segments)) == 1
        ]
        middle = "".join(f"{re.escape(part)}/" for part in shared) + "(?:[^/?#]+/)*[^/?#]+"
    slash = "/?" if any(urlsplit(url).path.endswith("/") for url in urls) else ""
    query = r"\?[^#]+" if all(urlsplit(url).query for url in urls) else ""
    return f"https?://{host}/{middle}{slash}{query}"


def _segment_pattern(parts: Iterable[str]) -> str:
    distinct = set(parts)
    if len(distinct) == 1 and not any(map(str.isdigit, distinct)):
        return re.escape(next(iter(distinct)))
    return r"\d+" if all(map(str.isdigit, distinct)) else "[^/?#]+"
