"""Convert between rows of the catalogue and the values of archive.models."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping

from archive.errors import FormatError
from archive.models import (
    Capture,
    Issued,
    Memento,
    Outcome,
    Reading,
    Role,
    StoredRecord,
    Version,
)


def format_moment(moment: datetime) -> str:
    """Return a moment as the catalogue stores it, in UTC: 2017-04-13T10:02:00.000000Z."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def parse_moment(text: str) -> datetime:
    """Parse a moment that `format_moment` wrote."""
    return datetime.fromisoformat(text)


def parse_optional_moment(text: str | None) -> datetime | None:
    return parse_moment(text) if text else None


def format_optional_moment(when: datetime | None) -> str:
    return format_moment(when) if when else ""


def capture_row(capture: Capture, *, etag: str = "", last_modified: str = "") -> dict[str, Any]:
    return {
        "id": capture.id,
        "url": capture.url,
        "captured": format_moment(capture.captured),
        "outcome": capture.outcome.value,
        "role": capture.role.value,
        "source": capture.source,
        "status": capture.status,
        "media_type": capture.media_type,
        "payload_sha256": capture.payload_sha256,
        "warc": capture.stored.warc,
        "offset": capture.stored.offset,
        "length": capture.stored.length,
        "stored_sha256": capture.stored.sha256,
        "taken_from": capture.taken_from,
        "note": capture.note,
        "location": capture.location,
        "etag": etag,
        "last_modified": last_modified,
        "memento_of": capture.memento.original if capture.memento else "",
        "memento_datetime": format_moment(capture.memento.archived) if capture.memento else "",
        "memento_archive": capture.memento.archive if capture.memento else "",
    }


def capture_of(row: RowMapping) -> Capture:
    return Capture(
        id=row["id"],
        url=row["url"],
        captured=parse_moment(row["captured"]),
        outcome=Outcome(row["outcome"]),
        role=Role(row["role"]),
        source=row["source"],
        status=row["status"],
        media_type=row["media_type"],
        payload_sha256=row["payload_sha256"],
        stored=StoredRecord(
            warc=row["warc"],
            offset=row["offset"],
            length=row["length"],
            sha256=row["stored_sha256"],
        ),
        taken_from=row["taken_from"],
        note=row["note"],
        location=row["location"],
        memento=_memento(row) if row["memento_archive"] else None,
    )


def _memento(row: RowMapping) -> Memento:
    return Memento(
        original=row["memento_of"],
        archived=parse_moment(row["memento_datetime"]),
        archive=row["memento_archive"],
    )


def reading_row(reading: Reading) -> dict[str, Any]:
    issued = reading.issued or Issued("", "", "")
    return {
        "title": reading.title,
        "text_sha256": reading.text_sha256,
        "issuer": reading.issuer,
        "publisher": reading.publisher,
        "speakers": _json(reading.speakers),
        "signatories": _json(reading.signatories),
        "venue": reading.venue,
        "lang": reading.lang,
        "kind": reading.kind,
        "issued": issued.value,
        "issued_printed": issued.printed,
        "issued_from": issued.read_from,
        "modified": reading.modified,
        "url": reading.url,
        "translations": _json(reading.translations),
        "reader": reading.reader,
    }


def version_of(row: RowMapping) -> Version:
    """Return a version of `version_queries.versions_query`; FormatError where its text is lost."""
    if row["text"] is None:
        problem = f"catalogue: version {row['id']} has no text of digest {row['text_sha256']}"
        raise FormatError(f"{problem} (rebuild it with: onrecord rebuild)")
    issued = Issued(row["issued"], row["issued_printed"], row["issued_from"])
    reading = Reading(
        identifier=row["identifier"],
        url=row["url"],
        title=row["title"],
        text=row["text"],
        issuer=row["issuer"],
        publisher=row["publisher"],
        lang=row["lang"],
        kind=row["kind"],
        reader=row["reader"],
        issued=issued if issued.value else None,
        modified=row["modified"],
        speakers=tuple(json.loads(row["speakers"])),
        signatories=tuple(json.loads(row["signatories"])),
        venue=row["venue"],
        translations=tuple((lang, url) for lang, url in json.loads(row["translations"])),
    )
    return Version(
        id=row["id"],
        statement=row["statement"],
        source=row["source"],
        reading=reading,
        capture=row["capture"],
        first_seen=parse_moment(row["first_seen"]),
        last_seen=parse_moment(row["last_seen"]),
        layer_sha256=row["layer_sha256"],
        transcript=bool(row["transcript"]),
    )


def _json(value: tuple[object, ...] | Mapping[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pairs_to_dict(rows: Iterable[Any]) -> dict[str, str]:
    return {row[0]: row[1] for row in rows}
