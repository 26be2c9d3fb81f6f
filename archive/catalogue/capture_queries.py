"""Look up captures in the catalogue. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from archive.catalogue import schema
from archive.catalogue.rows import capture_of, parse_moment
from archive.errors import UnknownNameError
from archive.models import Capture, Outcome

_capture = schema.capture.c
_version = schema.version.c


def count_captures(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(schema.capture)).scalar_one()


_CAPTURE = select(schema.capture).where(_capture.id == bindparam("name"))
_CAPTURES = select(schema.capture).where(_capture.id.in_(bindparam("names", expanding=True)))
_CAPTURES_OF = (
    select(_version.id.label("version"), schema.capture)
    .join(schema.capture, _capture.id == _version.capture)
    .where(_version.id.in_(bindparam("names", expanding=True)))
)
_CAPTURES_AT = (
    select(schema.capture).where(_capture.url == bindparam("url")).order_by(_capture.captured)
)


def capture(connection: Connection, name: str) -> Capture:
    row = connection.execute(_CAPTURE, {"name": name}).mappings().first()
    if row is None:
        raise UnknownNameError("capture", name)
    return capture_of(row)


def captures_by_id(connection: Connection, names: Sequence[str]) -> dict[str, Capture]:
    """Return those of the captures with these ids that are held."""
    rows = connection.execute(_CAPTURES, {"names": names})
    return {row["id"]: capture_of(row) for row in rows.mappings()}


def captures_of_versions(connection: Connection, names: Sequence[str]) -> dict[str, Capture]:
    """Return the capture that each of the versions with these ids stands on."""
    rows = connection.execute(_CAPTURES_OF, {"names": names})
    return {row["version"]: capture_of(row) for row in rows.mappings()}


def find_capture(connection: Connection, name: str) -> Capture | None:
    row = connection.execute(_CAPTURE, {"name": name}).mappings().first()
    return capture_of(row) if row else None


def record_locations_in(connection: Connection, warc: str) -> dict[str, int]:
    """Return where in a WARC file the captures lie that it is known to hold, by their ids."""
    rows = connection.execute(select(_capture.id, _capture.offset).where(_capture.warc == warc))
    return {row.id: row.offset for row in rows}


def captures_at(connection: Connection, url: str) -> list[Capture]:
    """Return the captures of an address, oldest first."""
    rows = connection.execute(_CAPTURES_AT, {"url": url})
    return [capture_of(row) for row in rows.mappings()]


def memento_originals(connection: Connection, source: str) -> list[str]:
    """Return the publisher's addresses of which copies from other archives are held of a source."""
    chosen = select(_capture.memento_of).distinct()
    chosen = chosen.where(_capture.source == source, _capture.memento_of != "")
    return list(connection.scalars(chosen.order_by(_capture.memento_of)))


def sightings(connection: Connection, version: str) -> list[tuple[str, datetime]]:
    """Return (capture id, when) of every capture that held this version, oldest first."""
    rows = connection.execute(
        select(schema.sighting.c.capture, schema.sighting.c.captured)
        .where(schema.sighting.c.version == version)
        .order_by(schema.sighting.c.captured)
    )
    return [(held, parse_moment(when)) for held, when in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureValidators:
    """The last good answer of an address, to ask whether it changed since."""

    capture: str
    captured: datetime
    etag: str
    last_modified: str


def last_validators(connection: Connection, url: str) -> CaptureValidators | None:
    """Return the last good answer of `url`; None where there is none."""
    row = connection.execute(
        select(
            _capture.id,
            _capture.captured,
            _capture.etag,
            _capture.last_modified,
        )
        .where(_capture.url == url, _capture.outcome == Outcome.OK.value)
        .order_by(_capture.captured.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return CaptureValidators(
        capture=row[0], captured=parse_moment(row[1]), etag=row[2], last_modified=row[3]
    )


def captures_with_outcome(
    connection: Connection, source: str, outcomes: Sequence[Outcome], most: int = 200
) -> list[Capture]:
    """Return a source's last captures with one of these outcomes, the last first."""
    rows = connection.execute(
        select(schema.capture)
        .where(
            _capture.source == source,
            _capture.outcome.in_([o.value for o in outcomes]),
        )
        .order_by(_capture.captured.desc())
        .limit(most)
    )
    return [capture_of(row) for row in rows.mappings()]
