"""Look up events: what was done to captures, sources and the archive."""

from sqlalchemy import Connection, select

from archive.catalogue import schema
from archive.catalogue.row_conversion import event_of
from archive.models import Event


def events(connection: Connection, object_: str = "", kind: str = "") -> list[Event]:
    """Return events, oldest first, of one object or one kind where given."""
    query = select(schema.event).order_by(schema.event.c.seq)
    if object_:
        query = query.where(schema.event.c.object == object_)
    if kind:
        query = query.where(schema.event.c.kind == kind)
    return [event_of(row) for row in connection.execute(query).mappings()]
