"""Copy the tables that no WARC file gives from an old catalogue to its rebuilt successor."""

import logging
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from archive.errors import FormatError

logger = logging.getLogger(__name__)

# The tables that a rebuild cannot derive from the evidence: migrations/0002.sql.
_TABLES = ("due", "run", "watch", "channel", "news", "news_block", "news_page", "alert")


def carry_over(connection: Connection, old: Path) -> None:
    """Copy the due-table, visits, watches, channels, news and alerts of the catalogue at `old`.

    FormatError where it cannot be read; what was copied until then is committed.
    """
    if not old.is_file():
        return
    try:
        connection.exec_driver_sql("ATTACH DATABASE ? AS old", (str(old),))
        tables = set(connection.exec_driver_sql("SELECT name FROM old.sqlite_master").scalars())
        for table in (name for name in _TABLES if name in tables):
            # A killed rebuild may have copied rows that have changed since.
            connection.exec_driver_sql(f"DELETE FROM main.{table}")  # noqa: S608
            statement = f"INSERT OR IGNORE INTO main.{table} SELECT * FROM old.{table}"  # noqa: S608
            count = connection.exec_driver_sql(statement).rowcount
            logger.debug("carried over the table %s: %d rows", table, count)
        if "fact" in tables:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO main.fact SELECT * FROM old.fact WHERE name = 'alerted'"
            )
        connection.commit()
        connection.exec_driver_sql("DETACH DATABASE old")
    except DatabaseError as error:
        connection.commit()
        problem = f"{old}: schedule and watches could not be carried over: {error.orig}"
        raise FormatError(problem) from error
