"""What can be asked of the catalogue. Nothing here writes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from archive.catalogue import schema
from archive.catalogue.rows import capture_of, event_of, moment, version_of
from archive.errors import UnknownNameError
from archive.models import Capture, Event, Outcome, Role, StoredRecord, Version

_version = schema.version.c
_capture = schema.capture.c


def catalogue_id(connection: Connection) -> str:
    """Return what tells this catalogue from every other."""
    chosen = select(schema.fact.c.value).where(schema.fact.c.name == "born")
    whose: str = connection.execute(chosen).scalar_one()
    return whose


def fact(connection: Connection, name: str) -> str:
    """Return the fact called `name` about this catalogue, "" where there is none."""
    found = connection.scalar(select(schema.fact.c.value).where(schema.fact.c.name == name))
    return found or ""


def count_captures(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(schema.capture)).scalar_one()


def versions_query() -> Select[tuple[object, ...]]:
    """Return the select that `version_of` reads: versions with their statement's identity."""
    statement = schema.statement
    return select(schema.version, statement.c.source, statement.c.identifier).join(
        statement, statement.c.id == _version.statement
    )


# Selects are made once: to build one, and to find its SQL again, takes longer than to run it.
_NEWEST_FIRST = (_version.last_seen.desc(), _version.first_seen.desc(), _version.seq.desc())
_BY_NAME = (
    versions_query()
    .where(or_(_version.id == bindparam("name"), _version.statement == bindparam("name")))
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_OF_STATEMENT = (
    versions_query()
    .where(_version.statement == bindparam("statement"))
    .order_by(_version.first_seen, _version.seq)
)
_BY_IDS = versions_query().where(_version.id.in_(bindparam("names", expanding=True)))
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


def version(connection: Connection, name: str) -> Version:
    """Return the version called `name`: its id, or a statement's id for the newest one."""
    row = connection.execute(_BY_NAME, {"name": name}).mappings().first()
    if row is None:
        raise UnknownNameError("statement", name)
    return version_of(row)


def versions(connection: Connection, statement: str) -> list[Version]:
    """Return a statement's versions in the order they were first seen."""
    rows = connection.execute(_OF_STATEMENT, {"statement": statement})
    found = [version_of(row) for row in rows.mappings()]
    if not found:
        raise UnknownNameError("statement", statement)
    return found


def versions_by_id(connection: Connection, names: Sequence[str]) -> dict[str, Version]:
    """Return those of the versions with these ids that are held."""
    rows = connection.execute(_BY_IDS, {"names": names})
    return {row["id"]: version_of(row) for row in rows.mappings()}


def newest(connection: Connection, statements: Iterable[str]) -> set[str]:
    """Return the id of the newest version of each of `statements`: the one last seen."""
    ranked_by = func.row_number().over(partition_by=_version.statement, order_by=_NEWEST_FIRST)
    rank = ranked_by.label("rank")
    found: set[str] = set()
    for some in _chunks(statements):
        ranked = select(_version.id, rank).where(_version.statement.in_(some)).subquery()
        found.update(connection.scalars(select(ranked.c.id).where(ranked.c.rank == 1)))
    return found


def other_versions(
    connection: Connection, statements: Iterable[str], known: set[str]
) -> list[Version]:
    """Return the versions of `statements` whose ids are not in `known`."""
    found: list[Version] = []
    for some in _chunks(statements):
        rows = connection.execute(versions_query().where(_version.statement.in_(some)))
        found += [version_of(row) for row in rows.mappings() if row["id"] not in known]
    return found


def _chunks(names: Iterable[str], size: int = 500) -> Iterator[list[str]]:
    """Cut names into lists that fit into one statement of SQL."""
    every = list(names)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def all_versions(connection: Connection, *, after: int = 0) -> Iterator[tuple[int, Version]]:
    """Yield (seq, version) in order of arrival, from the one after `after`."""
    rows = connection.execution_options(stream_results=True, yield_per=500).execute(
        versions_query().where(_version.seq > after).order_by(_version.seq)
    )
    for row in rows.mappings():
        yield row["seq"], version_of(row)


def versions_by_age(connection: Connection) -> Iterator[Version]:
    """Yield every version, the one first seen first: an order that the evidence alone gives."""
    rows = connection.execution_options(stream_results=True, yield_per=500).execute(
        versions_query().order_by(_version.first_seen, _version.id)
    )
    for row in rows.mappings():
        yield version_of(row)


def newest_number(connection: Connection) -> int:
    """Return the number of the version that arrived last; 0 where there is none."""
    return connection.execute(select(func.max(_version.seq))).scalar() or 0


def layer(connection: Connection, sha256: str) -> str:
    """Return a page's visible text, "" where none was kept."""
    chosen = select(schema.layer.c.text).where(schema.layer.c.sha256 == sha256)
    return connection.execute(chosen).scalar() or ""


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


def stored_by_file(connection: Connection) -> dict[str, dict[int, StoredRecord]]:
    """Return where every capture lies, by file and offset."""
    found: dict[str, dict[int, StoredRecord]] = {}
    rows = connection.execute(
        select(_capture.warc, _capture.offset, _capture.length, _capture.stored_sha256)
    )
    for warc, offset, length, sha256 in rows:
        stored = StoredRecord(warc=warc, offset=offset, length=length, sha256=sha256)
        found.setdefault(warc, {})[offset] = stored
    return found


def transcribed(connection: Connection) -> set[str]:
    """Return the SHA-256 of every line that was taken in from a text collection."""
    chosen = select(_capture.payload_sha256).where(_capture.role == Role.TRANSCRIPT.value)
    return set(connection.scalars(chosen))


def captures_of(connection: Connection, url: str) -> list[Capture]:
    """Return the captures of an address, oldest first."""
    rows = connection.execute(_CAPTURES_AT, {"url": url})
    return [capture_of(row) for row in rows.mappings()]


def originals(connection: Connection, source: str) -> list[str]:
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
    return [(held, moment(when)) for held, when in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The last good answer of an address, to ask whether it changed since."""

    capture: str
    captured: datetime
    etag: str
    last_modified: str


def last_answer(connection: Connection, url: str) -> Answered | None:
    """Return the last good answer of `url`; None where there is none."""
    row = connection.execute(
        select(_capture.id, _capture.captured, _capture.etag, _capture.last_modified)
        .where(_capture.url == url, _capture.outcome == Outcome.OK.value)
        .order_by(_capture.captured.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Answered(capture=row[0], captured=moment(row[1]), etag=row[2], last_modified=row[3])


def events(connection: Connection, object_: str = "", kind: str = "") -> list[Event]:
    """Return events, oldest first, of one object or one kind where given."""
    query = select(schema.event).order_by(schema.event.c.seq)
    if object_:
        query = query.where(schema.event.c.object == object_)
    if kind:
        query = query.where(schema.event.c.kind == kind)
    return [event_of(row) for row in connection.execute(query).mappings()]


def recorded_warc_sizes(connection: Connection) -> dict[str, int]:
    """Return the size, in bytes, up to which each WARC file has been taken in, by its name."""
    rows = connection.execute(
        select(schema.fact.c.name, schema.fact.c.value).where(schema.fact.c.name.like("warc:%"))
    )
    return {name.partition(":")[2]: int(value) for name, value in rows}


def versions_in(connection: Connection, capture: str) -> list[str]:
    """Return the ids of the versions that a capture held."""
    sighting = schema.sighting.c
    return list(connection.scalars(select(sighting.version).where(sighting.capture == capture)))


def _pairs(rows: Iterable[Any]) -> dict[str, str]:
    return {row[0]: row[1] for row in rows}


def existing_statements(connection: Connection, names: Sequence[str]) -> set[str]:
    """Return those of the statements with these ids that are held."""
    if not names:
        return set()
    statement = schema.statement.c.id
    return set(connection.scalars(select(statement).where(statement.in_(names))))


def statements_at(connection: Connection, urls: Sequence[str]) -> dict[str, str]:
    """Return the ids of the statements that captures of these addresses held, by address.

    A copy from another archive counts as a capture of the publisher's address.
    """
    sighting = schema.sighting.c
    found: dict[str, str] = {}
    if not urls:  # SQLite would read all captures to find that none is in an empty list
        return found
    for address in (_capture.memento_of, _capture.url):
        rows = connection.execute(
            select(address, _version.statement)
            .join(schema.sighting, sighting.capture == _capture.id)
            .join(schema.version, _version.id == sighting.version)
            .where(address.in_(urls))
        )
        found |= _pairs(rows)
    return found


def captures_with_outcome(
    connection: Connection, source: str, outcomes: Sequence[Outcome], most: int = 200
) -> list[Capture]:
    """Return a source's last captures with one of these outcomes, the last first."""
    rows = connection.execute(
        select(schema.capture)
        .where(_capture.source == source, _capture.outcome.in_([o.value for o in outcomes]))
        .order_by(_capture.captured.desc())
        .limit(most)
    )
    return [capture_of(row) for row in rows.mappings()]
