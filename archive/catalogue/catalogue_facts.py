"""Look up the catalogue's id, facts, events, and the ingested sizes of WARC files."""

from sqlalchemy import Connection, select

from archive.catalogue import schema
from archive.catalogue.rows import event_of
from archive.models import Event


def catalogue_id(connection: Connection) -> str:
    """Return the random id of this catalogue."""
    query = select(schema.fact.c.value).where(schema.fact.c.name == "born")
    identifier: str = connection.execute(query).scalar_one()
    return identifier


def fact(connection: Connection, name: str) -> str:
    """Return the fact called `name` about this catalogue, "" where there is none."""
    value = connection.scalar(select(schema.fact.c.value).where(schema.fact.c.name == name))
    return value or ""


def events(connection: Connection, object_: str = "", kind: str = "") -> list[Event]:
    """Return events, oldest first, of one object or one kind where given."""
    query = select(schema.event).order_by(schema.event.c.seq)
    if object_:
        query = query.where(schema.event.c.object == object_)
    if kind:
        query = query.where(schema.event.c.kind == kind)
    return [event_of(row) for row in connection.execute(query).mappings()]


def recorded_warc_sizes(connection: Connection) -> dict[str, int]:
    """Return the size, in bytes, up to which each WARC file has been ingested, by its name."""
    rows = connection.execute(
        select(schema.fact.c.name, schema.fact.c.value).where(schema.fact.c.name.like("warc:%"))
    )
    return {name.partition(":")[2]: int(value) for name, value in rows}
