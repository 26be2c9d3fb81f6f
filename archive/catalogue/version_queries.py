"""Look up versions and statements in the catalogue. Nothing here writes."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from archive.catalogue import schema
from archive.catalogue.rows import pairs_to_dict, version_of
from archive.errors import UnknownNameError
from archive.models import Role, Version

_version = schema.version.c
_capture = schema.capture.c


def versions_query() -> Select[tuple[object, ...]]:
    """Return the select that `version_of` reads: versions with their statement's identity."""
    statement = schema.statement
    return select(schema.version, statement.c.source, statement.c.identifier).join(
        statement, statement.c.id == _version.statement
    )


# Selects are made once: to build one, and to find its SQL again, takes longer than to run it.
_NEWEST_FIRST = (
    _version.last_seen.desc(),
    _version.first_seen.desc(),
    _version.seq.desc(),
)
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


def newest_versions(connection: Connection, statements: Iterable[str]) -> set[str]:
    """Return the id of the newest version of each of `statements`: the one last seen."""
    ranked_by = func.row_number().over(partition_by=_version.statement, order_by=_NEWEST_FIRST)
    rank = ranked_by.label("rank")
    found: set[str] = set()
    for some in in_chunks(statements):
        ranked = select(_version.id, rank).where(_version.statement.in_(some)).subquery()
        found.update(connection.scalars(select(ranked.c.id).where(ranked.c.rank == 1)))
    return found


def other_versions(
    connection: Connection, statements: Iterable[str], known: set[str]
) -> list[Version]:
    """Return the versions of `statements` whose ids are not in `known`."""
    found: list[Version] = []
    for some in in_chunks(statements):
        rows = connection.execute(versions_query().where(_version.statement.in_(some)))
        found += [version_of(row) for row in rows.mappings() if row["id"] not in known]
    return found


def in_chunks(names: Iterable[str], size: int = 500) -> Iterator[list[str]]:
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


def last_version_number(connection: Connection) -> int:
    """Return the number of the version that arrived last; 0 where there is none."""
    return connection.execute(select(func.max(_version.seq))).scalar() or 0


def layer(connection: Connection, sha256: str) -> str:
    """Return a page's visible text, "" where none was kept."""
    chosen = select(schema.layer.c.text).where(schema.layer.c.sha256 == sha256)
    return connection.execute(chosen).scalar() or ""


def transcript_digests(connection: Connection) -> set[str]:
    """Return the SHA-256 of every line that was taken in from a text collection."""
    chosen = select(_capture.payload_sha256).where(_capture.role == Role.TRANSCRIPT.value)
    return set(connection.scalars(chosen))


def version_ids_in_capture(connection: Connection, capture: str) -> list[str]:
    """Return the ids of the versions that a capture held."""
    sighting = schema.sighting.c
    return list(connection.scalars(select(sighting.version).where(sighting.capture == capture)))


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
        found |= pairs_to_dict(rows)
    return found
