"""Memento headers and TimeMaps (RFC 7089): Accept-Datetime, Link, link format, JSON."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from archive.models import Capture
from archive.urls.memento import timestamp14


def format_http_date(when: datetime) -> str:
    """Return a moment as an HTTP-date (RFC 9110, 5.6.7)."""
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def parse_accept_datetime(value: str) -> datetime | None:
    """Return the moment in an Accept-Datetime header (RFC 7089, 2.1.1); None if malformed."""
    try:
        when = parsedate_to_datetime(value)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def escape_non_ascii(value: str) -> str:
    """Return `value` with all but printable ASCII percent-encoded (RFC 3986, 2.1)."""
    return re.sub(
        r"[^\x20-\x7e]", lambda match: "".join(f"%{b:02X}" for b in match[0].encode()), value
    )


def link_header(origin: str, url: str, captures: Sequence[Capture], selected: Capture) -> str:
    """Return the Link header of the memento `selected`, or of a TimeGate that redirects to it.

    It links the first, last, previous and next mementos (RFC 7089, 2.2.3 and 4.1.1).
    """
    links = [
        f'<{url}>; rel="original"',
        f'<{origin}/timegate/{url}>; rel="timegate"',
        f'<{origin}/timemap/link/{url}>; rel="timemap"; type="application/link-format"',
    ]
    if captures:
        ids = [capture.id for capture in captures]
        position = ids.index(selected.id) if selected.id in ids else 0
        positions = {
            "first": 0,
            "prev": position - 1,
            "": position,
            "next": position + 1,
            "last": len(captures) - 1,
        }
        relations: dict[int, str] = {}
        for name, index in positions.items():
            if 0 <= index < len(captures):
                relations[index] = f"{relations.get(index, '')} {name}".strip()
        for index, names in sorted(relations.items()):
            links.append(_memento_link(origin, captures[index], f"{names} memento".strip()))
    return escape_non_ascii(", ".join(links))


def timemap_links(origin: str, url: str, captures: Sequence[Capture]) -> str:
    """Return the TimeMap in link format (RFC 7089, 5; RFC 6690)."""
    first, last = captures[0], captures[-1]
    links = [
        f'<{url}>; rel="original"',
        f'<{origin}/timegate/{url}>; rel="timegate"',
        f'<{origin}/timemap/link/{url}>; rel="self"; type="application/link-format"; '
        f'from="{format_http_date(first.captured)}"; until="{format_http_date(last.captured)}"',
    ]
    for index, capture in enumerate(captures):
        ends = ("first " if index == 0 else "") + ("last " * (index == len(captures) - 1))
        links.append(_memento_link(origin, capture, f"{ends}memento"))
    return ",\n".join(links) + "\n"


def _memento_link(origin: str, capture: Capture, relation: str) -> str:
    uri = f"{origin}/web/{timestamp14(capture.captured)}/{capture.url}"
    return f'<{uri}>; rel="{relation}"; datetime="{format_http_date(capture.captured)}"'


def timemap_json(origin: str, url: str, captures: Sequence[Capture]) -> str:
    """Return the TimeMap as JSON, with the keys that Memento aggregators use."""
    mementos = [
        {
            "datetime": capture.captured.isoformat().replace("+00:00", "Z"),
            "uri": f"{origin}/web/{timestamp14(capture.captured)}/{capture.url}",
            "sha256": capture.payload_sha256,
            "outcome": capture.outcome.value,
        }
        for capture in captures
    ]
    document = {
        "original_uri": url,
        "timegate_uri": f"{origin}/timegate/{url}",
        "timemap_uri": {"link_format": f"{origin}/timemap/link/{url}"},
        "mementos": {"first": mementos[0], "last": mementos[-1], "list": mementos},
    }
    return json.dumps(document, ensure_ascii=False)
