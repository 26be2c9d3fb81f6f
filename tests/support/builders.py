"""Build captures and readings with defaults: a test states only what it is about."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count

from archive.models import Capture, Issued, Outcome, Reading, Role, StoredRecord

_numbers = count(1)
START = datetime(2024, 3, 13, 10, 2, tzinfo=UTC)


def day(number: int) -> datetime:
    """Return the instant `number` days after START."""
    return START + timedelta(days=number)


def make_capture(
    url: str = "https://panel.example/statements/1",
    *,
    at: datetime = START,
    outcome: Outcome = Outcome.OK,
    role: Role = Role.PAGE,
    source: str = "panel",
    body: bytes = b"<p>words</p>",
    name: str = "",
) -> Capture:
    number = next(_numbers)
    return Capture(
        id=name or f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        url=url,
        captured=at,
        outcome=outcome,
        role=role,
        source=source,
        status=200 if outcome is Outcome.OK else 304 if outcome is Outcome.UNCHANGED else None,
        media_type="text/html",
        payload_sha256=hashlib.sha256(body).hexdigest(),
        stored=StoredRecord(
            warc="2021/04/a.warc.gz", offset=number * 100, length=100, sha256="0" * 64
        ),
    )


def make_reading(
    text: str = "Release them.",
    *,
    title: str = "Panel urges release",
    identifier: str = "PD/2021/7",
    issued: str = "2021-04-13",
    lang: str = "en",
) -> Reading:
    return Reading(
        identifier=identifier,
        url="https://panel.example/statements/1",
        title=title,
        text=text,
        issuer="Panel on Disappearances",
        publisher="Meridian Union",
        lang=lang,
        kind="statement",
        reader="panel/1",
        issued=Issued(issued, "13 April 2021", "time") if issued else None,
    )
