"""TimeMaps: the copies of one page that a web archive holds (RFC 7089, 5; links as in RFC 8288)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from archive.errors import FormatError

_LINK = re.compile(
    r"\s*<([^>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]+))?)*)\s*(?:,|\Z)"
)
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s;,\"]+)))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMapLink:
    """One link of a Link header or a document in link format (RFC 6690)."""

    target: str
    rel: frozenset[str]
    said: dict[str, str]


@dataclass(frozen=True, slots=True)
class TimeMap:
    """What one page of a TimeMap says."""

    mementos: tuple[tuple[datetime, str], ...]  # when, and the copy's address
    more: tuple[str, ...]  # addresses of further TimeMaps


def parse_links(text: str) -> Iterator[TimeMapLink]:
    """Yield the links in `text`; FormatError where something else stands between them."""
    place = 0
    text = text.strip()
    while place < len(text):
        found = _LINK.match(text, place)
        if found is None:
            raise FormatError(f"expected a link, found {text[place : place + 40]!r}")
        said: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(found[2]):
            said.setdefault(name.lower(), quoted or bare)
        rel = frozenset(said.get("rel", "").lower().split())
        yield TimeMapLink(target=found[1].strip(), rel=rel, said=said)
        place = found.end()


def parse_timemap(text: str, url: str) -> TimeMap:
    """Return what the TimeMap at `url` lists; FormatError where it is none.

    A TimeMap may list others (RFC 7089, 5.1.2): the parts of an index, or the next page.
    """
    mementos, more, is_one = [], [], False
    for link in parse_links(text):
        target = urljoin(url, link.target)
        is_one = is_one or bool(link.rel & {"original", "timegate", "self"})
        if "memento" in link.rel:
            mementos.append((_parse_date(link.said.get("datetime", "")), target))
        elif link.rel & {"timemap", "next"} and target != url:
            more.append(target)
    if not is_one and not mementos and not more:
        raise FormatError(f"{url}: expected a TimeMap in link format, found none")
    return TimeMap(tuple(mementos), tuple(more))


def _parse_date(text: str) -> datetime:
    try:
        when = parsedate_to_datetime(text)
    except ValueError as error:
        raise FormatError(f"expected the date of a memento, found {text[:40]!r}") from error
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
