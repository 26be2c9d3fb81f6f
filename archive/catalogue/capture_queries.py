"""Look up captures in the catalogue (read only)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from archive.catalogue import schema
from archive.catalogue.row_conversion import capture_of, parse_moment
from archive.errors import UnknownNameError
from archive.models import Capture, Outcome, Role, Validators
from archive.urls.web_address import spellings

_capture = schema.capture.c
_version = schema.version.c


def count_captures(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(schema.capture)).scalar_one()


_CAPTURE_BY_ID = select(schema.capture).where(_capture.id == bindparam("name"))
_CAPTURES_BY_ID = select(schema.capture).where(_capture.id.in_(bindparam("names", expanding=True)))
_CAPTURES_OF_VERSIONS = (
    select(_version.id.label("version"), schema.capture)
    .join(schema.capture, _capture.id == _version.capture)
    .where(_version.id.in_(bindparam("names", expanding=True)))
)
_CAPTURES_AT = (
    select(schema.capture)
    .where(_capture.url.in_(bindparam("urls", expanding=True)))
    .order_by(_capture.captured)
)


def capture(connection: Connection, name: str) -> Capture:
    row = connection.execute(_CAPTURE_BY_ID, {"name": name}).mappings().first()
    if row is None:
        raise UnknownNameError("capture", name)
    return capture_of(row)


def captures_by_id(connection: Connection, names: Sequence[str]) -> dict[str, Capture]:
    """Return the captures with these ids, by id; unknown ids are left out."""
    rows = connection.execute(_CAPTURES_BY_ID, {"names": names})
    return {row["id"]: capture_of(row) for row in rows.mappings()}


def captures_of_versions(connection: Connection, names: Sequence[str]) -> dict[str, Capture]:
    """Return the capture that each of these versions was first read from, by version id."""
    rows = connection.execute(_CAPTURES_OF_VERSIONS, {"names": names})
    return {row["version"]: capture_of(row) for row in rows.mappings()}


def find_capture(connection: Connection, name: str) -> Capture | None:
    row = connection.execute(_CAPTURE_BY_ID, {"name": name}).mappings().first()
    return capture_of(row) if row else None


def record_locations_in(connection: Connection, warc: str) -> dict[str, int]:
    """Return the byte offsets in a WARC file of the captures in it, by capture id."""
    rows = connection.execute(select(_capture.id, _capture.offset).where(_capture.warc == warc))
    return {row.id: row.offset for row in rows}


def captures_at(connection: Connection, url: str) -> list[Capture]:
    """Return the captures of an address in all its spellings, oldest first."""
    rows = connection.execute(_CAPTURES_AT, {"urls": spellings(url)})
    return [capture_of(row) for row in rows.mappings()]


def addresses_of_statement(connection: Connection, statement: str) -> list[str]:
    """Return every address of the publisher at which a version of a statement was seen, sorted.

    That of a copy from another web archive is the original one.
    """
    sighting = schema.sighting.c
    query = (
        select(_capture.memento_of, _capture.url)
        .distinct()
        .join(schema.sighting, sighting.capture == _capture.id)
        .join(schema.version, _version.id == sighting.version)
        .where(_version.statement == statement, _capture.role != Role.TRANSCRIPT.value)
    )
    return sorted({original or url for original, url in connection.execute(query)})


def memento_originals(connection: Connection, source: str) -> list[str]:
    """Return the original addresses of a source's captures that are copies from other archives."""
    query = select(_capture.memento_of).distinct()
    query = query.where(_capture.source == source, _capture.memento_of != "")
    return list(connection.scalars(query.order_by(_capture.memento_of)))


def sightings(connection: Connection, version: str) -> list[tuple[str, datetime]]:
    """Return (capture id, when) of every sighting of this version, oldest first."""
    rows = connection.execute(
        select(schema.sighting.c.capture, schema.sighting.c.captured)
        .where(schema.sighting.c.version == version)
        .order_by(schema.sighting.c.captured)
    )
    return [(name, parse_moment(when)) for name, when in rows]


def last_validators(connection: Connection, url: str) -> Validators | None:
    """Return the validators of the last good capture of `url`; None where there is none."""
    row = connection.execute(
        select(
            _capture.id,
            _capture.captured,
            _capture.etag,
            _capture.last_modified,
        )
        .where(_capture.url.in_(spellings(url)), _capture.outcome == Outcome.OK.value)
        .order_by(_capture.captured.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Validators(
        capture=row[0],
        url=url,
        captured=parse_moment(row[1]),
        etag=row[2],
        last_modified=row[3],
    )


def captures_with_outcome(
    connection: Connection, source: str, outcomes: Sequence[Outcome], limit: int = 200
) -> list[Capture]:
    """Return a source's latest captures with one of these outcomes, newest first."""
    rows = connection.execute(
        select(schema.capture)
        .where(
            _capture.source == source,
            _capture.outcome.in_([outcome.value for outcome in outcomes]),
        )
        .order_by(_capture.captured.desc())
        .limit(limit)
    )
    return [capture_of(row) for row in rows.mappings()]
