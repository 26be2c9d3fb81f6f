"""Look up versions and statements in the catalogue (read only)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Select, bindparam, func, or_, select

from archive.catalogue import rereading_table, schema
from archive.catalogue.row_conversion import pairs_to_dict, parse_moment, version_of
from archive.errors import UnknownNameError
from archive.models import Issued, Notice, Role, Version

_version = schema.version.c
_capture = schema.capture.c


def versions_query() -> Select[tuple[object, ...]]:
    """Return the select for `version_of`: versions, their texts and their statements."""
    statement, words = schema.statement, schema.version_text
    return (
        select(
            schema.version,
            func.readable_text(words.c.text).label("text"),
            statement.c.source,
            statement.c.identifier,
        )
        .join(statement, statement.c.id == _version.statement)
        .outerjoin(words, words.c.sha256 == _version.text_sha256)
    )


# Selects are built once: building one, and looking up its SQL, takes longer than running it.
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
_ORIGINS = select(
    *(_version.id, _version.url, _version.capture, _version.transcript),
    *(_version.issued, _version.issued_printed, _version.issued_from),
).where(_version.id.in_(bindparam("names", expanding=True)))
_BY_IDS = versions_query().where(_version.id.in_(bindparam("names", expanding=True)))


def version(connection: Connection, name: str) -> Version:
    """Return the version called `name`: its id, or a statement's id for the newest one.

    A former id names the version that it became when its capture was read anew.
    """
    row = connection.execute(_BY_NAME, {"name": name}).mappings().first()
    if row is None and (current := _current_name(connection, name)):
        row = connection.execute(_BY_NAME, {"name": current}).mappings().first()
    if row is None:
        raise UnknownNameError("statement", name)
    return version_of(row)


def _current_name(connection: Connection, name: str) -> str:
    """Return what a former version or statement is called now, "" where it never was one."""
    if "@" not in name:
        return rereading_table.current_statement(connection, name)
    rereading = rereading_table.find_rereading(connection, name)
    return rereading.version if rereading else ""


def versions(connection: Connection, statement: str) -> list[Version]:
    """Return a statement's versions in the order they were first seen."""
    rows = connection.execute(_OF_STATEMENT, {"statement": statement})
    result = [version_of(row) for row in rows.mappings()]
    if not result and (current := rereading_table.current_statement(connection, statement)):
        rows = connection.execute(_OF_STATEMENT, {"statement": current})
        result = [version_of(row) for row in rows.mappings()]
    if not result:
        raise UnknownNameError("statement", statement)
    return result


def versions_by_id(connection: Connection, names: Sequence[str]) -> dict[str, Version]:
    """Return the versions with these ids, by id; unknown ids are left out."""
    rows = connection.execute(_BY_IDS, {"names": names})
    return {row["id"]: version_of(row) for row in rows.mappings()}


@dataclass(frozen=True, slots=True)
class VersionOrigin:
    """Where a version was read: its live URL, the earliest capture it was read from, its date."""

    url: str
    capture: str
    is_transcript: bool
    issued: Issued | None = None


def origins_by_id(connection: Connection, names: Sequence[str]) -> dict[str, VersionOrigin]:
    """Return the origins of the versions with these ids, by id; unknown ids are left out."""
    return {
        row.id: VersionOrigin(
            row.url,
            row.capture,
            bool(row.transcript),
            Issued(row.issued, row.issued_printed, row.issued_from) if row.issued else None,
        )
        for row in connection.execute(_ORIGINS, {"names": names})
    }


def newest_versions(connection: Connection, statements: Iterable[str]) -> set[str]:
    """Return the id of the newest version of each of `statements`: the one last seen."""
    ranked_by = func.row_number().over(partition_by=_version.statement, order_by=_NEWEST_FIRST)
    rank = ranked_by.label("rank")
    ids: set[str] = set()
    for chunk in in_chunks(statements):
        ranked = select(_version.id, rank).where(_version.statement.in_(chunk)).subquery()
        ids.update(connection.scalars(select(ranked.c.id).where(ranked.c.rank == 1)))
    return ids


def other_versions(
    connection: Connection, statements: Iterable[str], known: set[str]
) -> list[Version]:
    """Return the versions of `statements` whose ids are not in `known`."""
    others: list[Version] = []
    for chunk in in_chunks(statements):
        rows = connection.execute(versions_query().where(_version.statement.in_(chunk)))
        others += [version_of(row) for row in rows.mappings() if row["id"] not in known]
    return others


def in_chunks(names: Iterable[str], size: int = 500) -> Iterator[list[str]]:
    """Split `names` into lists short enough for the variables of one SQL statement."""
    all_names = list(names)
    for start in range(0, len(all_names), size):
        yield all_names[start : start + size]


def all_versions(connection: Connection, *, after: int = 0) -> Iterator[tuple[int, Version]]:
    """Yield (seq, version) in order of arrival, from the one after `after`."""
    rows = connection.execution_options(stream_results=True, yield_per=500).execute(
        versions_query().where(_version.seq > after).order_by(_version.seq)
    )
    for row in rows.mappings():
        yield row["seq"], version_of(row)


def versions_by_age(connection: Connection) -> Iterator[Version]:
    """Yield every version, the one first seen first: an order derived from the evidence alone."""
    rows = connection.execution_options(stream_results=True, yield_per=500).execute(
        versions_query().order_by(_version.first_seen, _version.id)
    )
    for row in rows.mappings():
        yield version_of(row)


def last_version_number(connection: Connection) -> int:
    """Return the number of the version that arrived last; 0 where there is none."""
    return connection.execute(select(func.max(_version.seq))).scalar() or 0


def layer(connection: Connection, sha256: str) -> str:
    """Return a page's visible text, "" where none is stored."""
    query = select(func.plain_text(schema.layer.c.text)).where(schema.layer.c.sha256 == sha256)
    return connection.execute(query).scalar() or ""


_DIGESTS_AT = select(_capture.payload_sha256).where(
    _capture.url.in_(bindparam("urls", expanding=True)), _capture.role == Role.TRANSCRIPT.value
)


def transcript_digests(connection: Connection, urls: Iterable[str]) -> set[str]:
    """Return the SHA-256 of each line of text collections that is stored under one of `urls`."""
    return {
        digest
        for chunk in in_chunks(urls)
        for digest in connection.scalars(_DIGESTS_AT, {"urls": chunk})
    }


def version_ids_in_capture(connection: Connection, capture: str) -> list[str]:
    """Return the ids of the versions with a sighting in a capture."""
    sighting = schema.sighting.c
    return list(connection.scalars(select(sighting.version).where(sighting.capture == capture)))


def existing_statements(connection: Connection, names: Sequence[str]) -> set[str]:
    """Return those of these statement ids that the catalogue has."""
    if not names:
        return set()
    statement = schema.statement.c.id
    return set(connection.scalars(select(statement).where(statement.in_(names))))


@dataclass(frozen=True, slots=True)
class StoredNames:
    """The sources, kinds and languages of what is stored."""

    sources: frozenset[str]
    kinds: frozenset[str]
    languages: frozenset[str]


def stored_names(connection: Connection) -> StoredNames:
    """Return the sources of captures and statements, and the statements' kinds and languages."""

    def distinct(*columns: Column[object]) -> frozenset[str]:
        return frozenset(
            str(name)
            for column in columns
            for name in connection.scalars(select(column).distinct())
        )

    return StoredNames(
        sources=distinct(schema.statement.c.source, _capture.source) - {""},
        kinds=distinct(_version.kind),
        languages=distinct(_version.lang),
    )


def statements_at(connection: Connection, urls: Sequence[str]) -> dict[str, str]:
    """Return the ids of the statements sighted in captures of these addresses, by address.

    A copy from another archive counts as a capture of the publisher's address.
    """
    sighting = schema.sighting.c
    by_address: dict[str, str] = {}
    if not urls:  # SQLite scans all captures even for an empty list
        return by_address
    for address in (_capture.memento_of, _capture.url):
        rows = connection.execute(
            select(address, _version.statement)
            .join(schema.sighting, sighting.capture == _capture.id)
            .join(schema.version, _version.id == sighting.version)
            .where(address.in_(urls))
        )
        by_address |= pairs_to_dict(rows)
    return by_address


def notices(connection: Connection, version: str) -> list[Notice]:
    """Return the notices of a version, in the order in which they were first seen."""
    notice = schema.notice.c
    first, last = func.min(notice.captured).label("first"), func.max(notice.captured).label("last")
    rows = connection.execute(
        select(notice.text, first, last)
        .where(notice.version == version)
        .group_by(notice.text)
        .order_by(first, func.min(notice.position))
    ).all()
    return [
        Notice(
            text=row.text,
            capture=_earliest_capture(connection, version, row.text),
            first_seen=parse_moment(row.first),
            last_seen=parse_moment(row.last),
        )
        for row in rows
    ]


def _earliest_capture(connection: Connection, version: str, text: str) -> str:
    notice = schema.notice.c
    query = (
        select(notice.capture)
        .where(notice.version == version, notice.text == text)
        .order_by(notice.captured, notice.capture)
        .limit(1)
    )
    return str(connection.scalar(query))
