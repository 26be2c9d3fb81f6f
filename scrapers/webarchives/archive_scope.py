"""Determine the URLs of a source to look up in a web archive."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from archive.errors import SourceError
from scrapers.source_format.source import Source
from scrapers.url_key import url_key
from scrapers.webarchives.cdx_api import ArchiveScope

_SCHEME = re.compile(r"(?:\(\?i\))?https?\??:(?:/|\\/){2}")
_LITERAL_CHARACTER = re.compile(r"\\([^\w\s])|([\w/:~%=&,;'!@#-])")
_QUANTIFIERS = ("?", "*", "{")


def archive_scope(source: Source, settings: Mapping[str, str]) -> list[ArchiveScope]:
    """Return the scopes in `past`, else the literal prefixes of the patterns in `pages`.

    For layouts that read items of listings, the listings. SourceError where a pattern has no
    literal prefix with a host.
    """
    if source.past:
        return [_parse_past(pattern) for pattern in source.past]
    scopes: dict[ArchiveScope, None] = {}
    if any(not layout.reads_items for layout in source.layouts):
        scopes.update(
            (ArchiveScope(url=_literal_prefix(pattern, source.name), prefix=True), None)
            for pattern in source.pages
        )
    if any(layout.reads_items for layout in source.layouts):
        scopes.update((ArchiveScope(url=url), None) for url in source.listing_urls(settings))
    return list(scopes)


def is_page(source: Source, url: str) -> bool:
    """Return whether `url` is a source's page with http or https: archives mix the two."""
    normalized = url_key(url)
    rest = normalized.partition("://")[2]
    return any(source.is_statement_url(f"{scheme}://{rest}") for scheme in ("https", "http"))


def _parse_past(address: str) -> ArchiveScope:
    return ArchiveScope(url=address.removesuffix("*"), prefix=address.endswith("*"))


def _literal_prefix(pattern: str, name: str) -> str:
    r"""Return the literal prefix of all URLs that `pattern` matches, without the scheme.

    >>> _literal_prefix(r"https?://www\.panel\.example/(en|fr)/\d+", "panel")
    'www.panel.example/'
    """
    scheme_match = _SCHEME.match(pattern)
    rest = pattern[scheme_match.end() :] if scheme_match else ""
    prefix, position = "", 0
    while literal := _LITERAL_CHARACTER.match(rest, position):
        if rest[literal.end() : literal.end() + 1] in _QUANTIFIERS:
            break
        prefix += literal[1] or literal[2]
        position = literal.end()
    if (
        not urlsplit(f"//{prefix}").hostname
        or "/" not in prefix
        or _has_top_level_alternatives(pattern)
    ):
        raise SourceError(f"{name}: expected past (what its addresses begin with), found none")
    return prefix


def _has_top_level_alternatives(pattern: str) -> bool:
    """Return whether a pattern has alternatives outside all groups."""
    depth = 0
    for character in re.sub(r"\\.|\[[^]]*\]", "", pattern):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and not depth:
            return True
    return False
