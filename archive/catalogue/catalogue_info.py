"""Look up the catalogue's id, facts, and the ingested sizes of WARC files."""

from sqlalchemy import Connection, select

from archive.catalogue import schema


def catalogue_id(connection: Connection) -> str:
    """Return the random id of this catalogue."""
    query = select(schema.fact.c.value).where(schema.fact.c.name == "born")
    identifier: str = connection.execute(query).scalar_one()
    return identifier


def rules_version(connection: Connection) -> int:
    """Return the version of the rules of what an edit is that this catalogue was made by."""
    version: int = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    return version


def fact(connection: Connection, name: str) -> str:
    """Return the fact called `name` about this catalogue, "" where there is none."""
    value = connection.scalar(select(schema.fact.c.value).where(schema.fact.c.name == name))
    return value or ""


def recorded_warc_sizes(connection: Connection) -> dict[str, int]:
    """Return the size, in bytes, up to which each WARC file has been ingested, by its name."""
    rows = connection.execute(
        select(schema.fact.c.name, schema.fact.c.value).where(schema.fact.c.name.like("warc:%"))
    )
    return {name.partition(":")[2]: int(value) for name, value in rows}
