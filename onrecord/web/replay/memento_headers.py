"""What Memento clients are told: links between an address, its copies, and what chooses one."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from archive.models import Capture
from archive.urls.memento import timestamp14


def http_date(when: datetime) -> str:
    """Return a moment as HTTP has it (RFC 9110, 5.6.7)."""
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def accept_datetime(value: str) -> datetime | None:
    """Return the moment in an Accept-Datetime header (RFC 7089, 2.1.1); None where it is none."""
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def in_ascii(value: str) -> str:
    """Return `value` with everything escaped that a header cannot hold (RFC 3986, 2.1)."""
    return re.sub(r"[^\x20-\x7e]", lambda odd: "".join(f"%{b:02X}" for b in odd[0].encode()), value)


def link_header(root: str, url: str, captures: Sequence[Capture], shown: Capture) -> str:
    """Return the Link header of the memento `shown`, or of a TimeGate that leads to it.

    The first, last and neighbouring mementos are named (RFC 7089, 2.2.3 and 4.1.1).
    """
    links = [
        f'<{url}>; rel="original"',
        f'<{root}/timegate/{url}>; rel="timegate"',
        f'<{root}/timemap/link/{url}>; rel="timemap"; type="application/link-format"',
    ]
    if captures:
        known = [each.id for each in captures]
        at = known.index(shown.id) if shown.id in known else 0
        wanted = {"first": 0, "prev": at - 1, "": at, "next": at + 1, "last": len(captures) - 1}
        relations: dict[int, str] = {}
        for name, place in wanted.items():
            if 0 <= place < len(captures):
                relations[place] = f"{relations.get(place, '')} {name}".strip()
        for place, names in sorted(relations.items()):
            links.append(_memento(root, captures[place], f"{names} memento".strip()))
    return in_ascii(", ".join(links))


def timemap(root: str, url: str, captures: Sequence[Capture]) -> str:
    """Return the TimeMap in link format (RFC 7089, 5; RFC 6690)."""
    first, last = captures[0], captures[-1]
    lines = [
        f'<{url}>; rel="original"',
        f'<{root}/timegate/{url}>; rel="timegate"',
        f'<{root}/timemap/link/{url}>; rel="self"; type="application/link-format"; '
        f'from="{http_date(first.captured)}"; until="{http_date(last.captured)}"',
    ]
    for number, capture in enumerate(captures):
        ends = ("first " if number == 0 else "") + ("last " * (number == len(captures) - 1))
        lines.append(_memento(root, capture, f"{ends}memento"))
    return ",\n".join(lines) + "\n"


def _memento(root: str, capture: Capture, relation: str) -> str:
    where = f"{root}/web/{timestamp14(capture.captured)}/{capture.url}"
    return f'<{where}>; rel="{relation}"; datetime="{http_date(capture.captured)}"'


def timemap_json(root: str, url: str, captures: Sequence[Capture]) -> str:
    """Return the TimeMap as JSON, in the shape that Memento aggregators give."""
    listed = [
        {
            "datetime": each.captured.isoformat().replace("+00:00", "Z"),
            "uri": f"{root}/web/{timestamp14(each.captured)}/{each.url}",
            "sha256": each.payload_sha256,
            "outcome": each.outcome.value,
        }
        for each in captures
    ]
    said = {
        "original_uri": url,
        "timegate_uri": f"{root}/timegate/{url}",
        "timemap_uri": {"link_format": f"{root}/timemap/link/{url}"},
        "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
    }
    return json.dumps(said, ensure_ascii=False)
