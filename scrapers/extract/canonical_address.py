"""Decide which address a page without a source is filed under: its own, or its canonical one.

`<link rel="canonical">` (RFC 6596) is believed where it is a page of the same registrable domain.
Many sites name their home page or a list on every page: that is no address of the page.
"""

import re
from dataclasses import dataclass

from archive.errors import FormatError
from archive.urls.registrable_domain import registrable_domain
from archive.urls.web_address import (
    address_host,
    address_path,
    resolve,
    same_page_key,
    without_unseen_characters,
)

# What copies of a page append to its path: an AMP, print or mobile form, the name of an index file.
_COPY_SEGMENTS = re.compile(
    r"(?:amp|print|printable|printer|mobile|m|html|(?:index|default|home)\.\w+|amp\.html?)", re.I
)
_HOME_FILES = re.compile(r"(?:index|default|home|accueil|inicio|start)(?:\.\w+)?", re.I)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?", re.I)


@dataclass(frozen=True, slots=True)
class CanonicalAddress:
    """The address that a page is filed under, and why the one that it names is not that."""

    url: str
    refused: str = ""  # what the page names, where that is no address; "" if it is, or none


def choose_address(url: str, base: str, named: str) -> CanonicalAddress:
    """Return the address under which the page at `url` is filed; it names `named`, or "".

    `base` is the address by which its links are resolved.
    """
    named = without_unseen_characters(named).strip()
    if not named:
        return CanonicalAddress(url)
    try:
        canonical = without_unseen_characters(resolve(base, named))
    except FormatError:
        return CanonicalAddress(url, refused=named)
    if same_page_key(canonical) == same_page_key(url):
        return CanonicalAddress(canonical)
    if registrable_domain(address_host(canonical)) != registrable_domain(address_host(url)):
        return CanonicalAddress(url)
    own_path = _segments(url)
    if is_home(_segments(canonical)) or _is_section_of(_segments(canonical), own_path):
        return CanonicalAddress(url)
    return CanonicalAddress(canonical)


def is_home(path: list[str]) -> bool:
    """Return whether path segments are those of a home page, of the site or of one language."""
    rest = [part for part in path if not _HOME_FILES.fullmatch(part)]
    return not rest or (len(rest) == 1 and bool(_LANGUAGE.fullmatch(rest[0])))


def _is_section_of(canonical: list[str], own: list[str]) -> bool:
    """Return whether a page is below `canonical`, as an article is below its list.

    The AMP or print form of an article is below it too, and is a copy.
    """
    below = own[len(canonical) :]
    is_below = bool(below) and own[: len(canonical)] == canonical
    return is_below and not all(map(_COPY_SEGMENTS.fullmatch, below))


def _segments(url: str) -> list[str]:
    return [part for part in address_path(url).split("/") if part]
