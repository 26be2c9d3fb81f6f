"""The table `alias`: version ids that were printed before a capture was read anew."""

from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.text.rereading import Rereading, decode_changes, encode_changes

KIND = "rereading"  # of the entries in the log, of which the table is made
_alias = schema.alias.c
_BY_FORMER = select(schema.alias).where(_alias.former == bindparam("former"))
_IS_VERSION = select(func.count()).where(schema.version.c.id == bindparam("name"))


def record_rereadings(connection: Connection, rereadings: Iterable[Rereading]) -> None:
    """Record rereadings in the order of the log; the latest one of a former id counts."""
    rows = [
        {
            "former": rereading.former,
            "version": rereading.version,
            "capture": rereading.capture,
            "when": format_moment(rereading.when),
            "rules": rereading.rules,
            "reader": rereading.reader,
            "changes": encode_changes(rereading.changes),
            "change_count": rereading.change_count,
        }
        for rereading in rereadings
    ]
    if rows:
        connection.execute(insert(schema.alias).prefix_with("OR REPLACE"), rows)


def find_rereading(connection: Connection, former: str) -> Rereading | None:
    """Return how the version that was called `former` came to be the version it is now.

    It may have been read anew several times: the changes of all are returned. None where `former`
    was never the id of another version. It may also be a version: where the words of two captures
    were one version, and are now two, of which one has its id.
    """
    steps: list[Rereading] = []
    names, name = {former}, former
    while not steps or not is_version(connection, name):
        row = connection.execute(_BY_FORMER, {"former": name}).mappings().first()
        if row is None or row["version"] in names:
            return None
        steps.append(_rereading(row))
        name = row["version"]
        names.add(name)
    return Rereading(
        former=former,
        version=steps[-1].version,
        capture=steps[-1].capture,
        when=steps[-1].when,
        rules=steps[0].rules,
        reader=steps[0].reader,
        changes=tuple(change for step in steps for change in step.changes),
        change_count=sum(step.change_count for step in steps),
    )


def is_version(connection: Connection, name: str) -> bool:
    """Say whether `name` is the id of a version as captures are read now."""
    return bool(connection.scalar(_IS_VERSION, {"name": name}))


def rereadings_into(connection: Connection, version: str) -> list[Rereading]:
    """Return the rereadings of every former id of a version, the ids in order."""
    formers: set[str] = set()
    names = {version}
    while names:
        query = select(_alias.former).where(_alias.version.in_(names))
        names = set(connection.scalars(query)) - formers - {version}
        formers |= names
    rereadings = (find_rereading(connection, former) for former in sorted(formers))
    return [rereading for rereading in rereadings if rereading and rereading.version == version]


def current_statement(connection: Connection, statement: str) -> str:
    """Return the id that a statement has since its captures were read anew; "" for none."""
    query = select(_alias.former).where(_alias.former.startswith(f"{statement}@", autoescape=True))
    for former in connection.scalars(query):
        if rereading := find_rereading(connection, former):
            return rereading.version.partition("@")[0]
    return ""


def current_name(connection: Connection, statement: str, name: str) -> str:
    """Return the id of the version now, where `name` is a former version's id or its hash."""
    former = f"{statement}@{name.rpartition('@')[2]}"
    if is_version(connection, former):
        return name
    rereading = find_rereading(connection, former)
    return rereading.version if rereading else name


def _rereading(row: RowMapping) -> Rereading:
    return Rereading(
        former=row["former"],
        version=row["version"],
        capture=row["capture"],
        when=parse_moment(row["when"]),
        rules=row["rules"],
        reader=row["reader"],
        changes=decode_changes(row["changes"]),
        change_count=row["change_count"],
    )
