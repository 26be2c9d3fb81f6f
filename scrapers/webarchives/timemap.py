"""Parse TimeMaps, a web archive's lists of mementos of one page (RFC 7089, 5; RFC 8288)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archive.errors import FormatError
from archive.urls.web_address import resolve_or_keep

_LINK = re.compile(
    r"\s*<([^>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]+))?)*)\s*(?:,|\Z)"
)
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s;,\"]+)))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMapLink:
    """One link of a Link header or a document in link format (RFC 6690)."""

    target: str
    rel: frozenset[str]
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class TimeMap:
    """One page of a TimeMap."""

    mementos: tuple[tuple[datetime, str], ...]  # captured at, URL of the memento
    further: tuple[str, ...]  # URLs of further TimeMaps


def parse_links(text: str) -> Iterator[TimeMapLink]:
    """Yield the links in `text`; FormatError where it is not a list of links."""
    position = 0
    text = text.strip()
    while position < len(text):
        match = _LINK.match(text, position)
        if match is None:
            raise FormatError(f"expected a link, found {text[position : position + 40]!r}")
        parameters: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(match[2]):
            parameters.setdefault(name.lower(), quoted or bare)
        rel = frozenset(parameters.get("rel", "").lower().split())
        yield TimeMapLink(target=match[1].strip(), rel=rel, parameters=parameters)
        position = match.end()


def parse_timemap(text: str, url: str) -> TimeMap:
    """Parse the TimeMap at `url`; FormatError where it is not one.

    A TimeMap may list others (RFC 7089, 5.1.2): the parts of an index, or the next page.
    """
    mementos, further, is_timemap = [], [], False
    for link in parse_links(text):
        target = resolve_or_keep(url, link.target)
        is_timemap = is_timemap or bool(link.rel & {"original", "timegate", "self"})
        if "memento" in link.rel:
            mementos.append((_parse_date(link.parameters.get("datetime", "")), target))
        elif link.rel & {"timemap", "next"} and target != url:
            further.append(target)
    if not is_timemap and not mementos and not further:
        raise FormatError(f"{url}: expected a TimeMap in link format, found none")
    return TimeMap(tuple(mementos), tuple(further))


def _parse_date(text: str) -> datetime:
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"expected the date of a memento, found {text[:40]!r}") from error
