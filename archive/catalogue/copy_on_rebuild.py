"""From an old catalogue to its rebuilt successor: tables that no WARC file gives, former versions.

A former version is one that the old catalogue had and whose captures are read otherwise now.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DatabaseError

from archive.catalogue.numbering.arrival_numbers import Series, raise_number
from archive.catalogue.rereading_table import is_version
from archive.catalogue.version_queries import version
from archive.errors import FormatError
from archive.models import Reading, Version
from archive.text.fingerprint import fingerprint

logger = logging.getLogger(__name__)

# The tables that a rebuild cannot derive from the evidence: migrations/0002.sql, 0011.sql.
_TABLES = (
    "due",
    "host_wait",
    "run",
    "watch",
    "channel",
    "news",
    "news_block",
    "news_page",
    "alert",
)


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
        if "arrival_number" in tables:
            for series, last in connection.exec_driver_sql(
                "SELECT series, last FROM old.arrival_number"
            ).all():
                raise_number(connection, Series(series), last)
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


@dataclass(frozen=True, slots=True)
class FormerVersion:
    """A version that a catalogue had, and the one that its capture is read as now, if any."""

    id: str
    capture: str
    title: str
    text: str
    reader: str
    current: Version | None


@contextmanager
def former_catalogue(connection: Connection, path: Path) -> Iterator[int]:
    """Attach the catalogue at `path` as `old`; yield the version of the rules that made it.

    FormatError where it cannot be read.
    """
    try:
        connection.commit()
        connection.exec_driver_sql("ATTACH DATABASE ? AS old", (str(path),))
        yield int(connection.exec_driver_sql("PRAGMA old.application_id").scalar_one())
        connection.commit()
        connection.exec_driver_sql("DETACH DATABASE old")
    except DatabaseError as error:
        connection.commit()
        raise FormatError(f"{path}: {error.orig}") from error


_FORMER = text(
    "SELECT former.id, former.statement, former.capture, former.title,"
    " plain_text(words.text) AS text, former.reader, former.fingerprint FROM old.version AS former"
    " JOIN old.version_text AS words ON words.sha256 = former.text_sha256"
    " LEFT JOIN main.version AS version ON version.id = former.id"
    " WHERE version.id IS NULL OR version.title <> former.title"
    " OR version.text_sha256 <> former.text_sha256 ORDER BY former.seq"
)
_CAPTURES = text("SELECT capture FROM old.sighting WHERE version = :version ORDER BY captured")
_READ_NOW = text(
    "SELECT version.id, version.statement FROM main.sighting"
    " JOIN main.version ON version.id = sighting.version WHERE sighting.capture = :capture"
)


def former_versions(connection: Connection) -> Iterator[FormerVersion]:
    """Yield the versions of the attached catalogue whose captures are read otherwise now.

    One of them may have the id of a version: its words had the fingerprint of other words.
    """
    for row in connection.execute(_FORMER).mappings().all():
        if is_version(connection, row["id"]) and (
            fingerprint(row["title"], row["text"]) == row["fingerprint"]
        ):
            continue  # white space and typography
        current = _current_version(connection, row)
        if current is None or current.id != row["id"]:
            yield FormerVersion(
                id=row["id"],
                capture=row["capture"],
                title=row["title"],
                text=row["text"],
                reader=row["reader"],
                current=current,
            )


def _current_version(connection: Connection, former: RowMapping) -> Version | None:
    """Return the version that a former one's capture is read as now, most like it in words."""
    captures = connection.scalars(_CAPTURES, {"version": former["id"]}).all()
    for capture in (former["capture"], *captures):
        rows = connection.execute(_READ_NOW, {"capture": capture}).all()
        names = [name for name, statement in rows if statement == former["statement"]]
        candidates = [version(connection, name) for name in names or [name for name, _ in rows]]
        if names or len(candidates) == 1:
            return max(candidates, key=lambda other: _likeness(former["text"], other.reading))
    return None


def _likeness(words: str, reading: Reading) -> float:
    return SequenceMatcher(None, words.split(), reading.text.split(), autojunk=False).ratio()


def captures_recorded_since(connection: Connection) -> list[str]:
    """Return the captures that the attached catalogue does not have, in the order of recording."""
    query = (
        "SELECT id FROM main.capture WHERE id NOT IN (SELECT id FROM old.capture) ORDER BY arrival"
    )
    return list(connection.scalars(text(query)))


def rename_edits(connection: Connection) -> None:
    """Give the news of each edit the key it would have now, so that it is not told again."""
    connection.execute(_RENAME)


_READ_AFTER = (
    "SELECT version.id FROM sighting JOIN version ON version.id = sighting.version"
    " WHERE sighting.capture = news.capture_after AND version.statement = news.statement"
)
_RENAME = text(
    f"UPDATE OR IGNORE news SET key = 'edit:' || ({_READ_AFTER} LIMIT 1) || ':' || capture_after"  # noqa: S608
    f" WHERE kind = 'edit' AND after NOT IN ({_READ_AFTER}) AND EXISTS ({_READ_AFTER})"
)
