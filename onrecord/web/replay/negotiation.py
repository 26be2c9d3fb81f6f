"""Which capture of an address is the copy for a time (RFC 7089, 4.1): pure choices."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from archive.catalogue import capture_queries
from archive.models import Capture, Outcome, Role

# A bot wall or an error is no copy of a page; it has its own place, in quarantine.
MEMENTOS = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.REDIRECT, Outcome.GONE})
_PARTIAL = "00000101000000"


def mementos(connection: Connection, url: str) -> list[Capture]:
    """Return the copies of an address, oldest first; of its nearest spelling that there are."""
    for spelling in spellings(url):
        found = capture_queries.captures_at(connection, spelling)
        held = [each for each in found if each.outcome in MEMENTOS and _answered(each)]
        if held:
            return held
    return []


def _answered(capture: Capture) -> bool:
    return capture.status is not None and capture.role is not Role.TRANSCRIPT


def spellings(url: str) -> Iterator[str]:
    """Yield `url` and the ways it may have been written when it was captured.

    >>> list(spellings("http://a.example/x"))[:3]
    ['http://a.example/x', 'http://a.example/x/', 'https://a.example/x']
    """
    bare = url.partition("#")[0]
    scheme, colon, rest = bare.partition("://")
    if not colon:
        scheme, rest = "https", bare
    other = "http" if scheme == "https" else "https"
    for name in (scheme, other):
        yield f"{name}://{rest}"
        yield f"{name}://{rest.removesuffix('/')}" if rest.endswith("/") else f"{name}://{rest}/"


def nearest(captures: Sequence[Capture], when: datetime) -> Capture:
    """Return the capture nearest to `when`, the earlier of two as near; pages before errors."""
    good = [each for each in captures if each.outcome is not Outcome.GONE] or captures
    return min(good, key=lambda each: (abs(each.captured - when), each.captured))


def at(captures: Sequence[Capture], when: datetime) -> Capture | None:
    """Return the capture of just that second, None for none."""
    same = [each for each in captures if each.captured.replace(microsecond=0) == when]
    return same[-1] if same else None


def moment_of(stamp: str) -> datetime | None:
    """Return the moment of 4 to 14 digits, cut short where it is cut; None for no such moment.

    >>> moment_of("201704")
    datetime.datetime(2017, 4, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if not re.fullmatch(r"\d{4}(\d\d){0,5}", stamp):
        return None
    try:
        return datetime.strptime(stamp + _PARTIAL[len(stamp) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def standing_for(connection: Connection, capture: Capture) -> Capture:
    """Return the capture whose body is shown for `capture`: for a 304, the last whole answer."""
    if capture.outcome is not Outcome.UNCHANGED and capture.status != 304:
        return capture
    found = capture_queries.captures_at(connection, capture.url)
    whole = [
        each for each in found if each.outcome is Outcome.OK and each.captured < capture.captured
    ]
    return whole[-1] if whole else capture
