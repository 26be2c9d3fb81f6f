"""Datetime negotiation (RFC 7089, 4.1): choose the capture of an address for a moment."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from archive.catalogue import capture_queries
from archive.models import Capture, Outcome, Role

# A block page or an error is not a memento; quarantine shows the former.
MEMENTO_OUTCOMES = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.REDIRECT, Outcome.GONE})
_TIMESTAMP_DEFAULTS = "00000101000000"


def mementos(connection: Connection, url: str) -> list[Capture]:
    """Return the mementos of an address, oldest first, under its first variant that has any."""
    for variant in url_variants(url):
        captures = capture_queries.captures_at(connection, variant)
        copies = [
            capture
            for capture in captures
            if capture.outcome in MEMENTO_OUTCOMES and _has_response(capture)
        ]
        if copies:
            return copies
    return []


def _has_response(capture: Capture) -> bool:
    return capture.status is not None and capture.role is not Role.TRANSCRIPT


def url_variants(url: str) -> Iterator[str]:
    """Yield `url` without fragment, then with the other scheme and trailing slash.

    >>> list(url_variants("http://a.example/x"))[:3]
    ['http://a.example/x', 'http://a.example/x/', 'https://a.example/x']
    """
    bare = url.partition("#")[0]
    scheme, colon, remainder = bare.partition("://")
    if not colon:
        scheme, remainder = "https", bare
    other_scheme = "http" if scheme == "https" else "https"
    for scheme_name in (scheme, other_scheme):
        yield f"{scheme_name}://{remainder}"
        yield (
            f"{scheme_name}://{remainder.removesuffix('/')}"
            if remainder.endswith("/")
            else f"{scheme_name}://{remainder}/"
        )


def nearest_capture(captures: Sequence[Capture], when: datetime) -> Capture:
    """Return the capture nearest to `when`, the earlier of two as near; pages before 404 or 410."""
    present = [capture for capture in captures if capture.outcome is not Outcome.GONE] or captures
    return min(present, key=lambda capture: (abs(capture.captured - when), capture.captured))


def capture_at(captures: Sequence[Capture], when: datetime) -> Capture | None:
    """Return the last capture of the second `when`; None for none."""
    matches = [capture for capture in captures if capture.captured.replace(microsecond=0) == when]
    return matches[-1] if matches else None


def parse_timestamp(stamp: str) -> datetime | None:
    """Return the first moment of a timestamp of 4 to 14 digits; None if malformed.

    >>> parse_timestamp("201704")
    datetime.datetime(2017, 4, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if not re.fullmatch(r"\d{4}(\d\d){0,5}", stamp):
        return None
    try:
        digits = stamp + _TIMESTAMP_DEFAULTS[len(stamp) :]
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def body_capture(connection: Connection, capture: Capture) -> Capture:
    """Return the capture whose body is shown for `capture`: for a 304, the last successful one."""
    if capture.outcome is not Outcome.UNCHANGED and capture.status != 304:
        return capture
    captures = capture_queries.captures_at(connection, capture.url)
    successful = [
        other
        for other in captures
        if other.outcome is Outcome.OK and other.captured < capture.captured
    ]
    return successful[-1] if successful else capture
