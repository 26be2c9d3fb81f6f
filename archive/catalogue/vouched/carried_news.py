"""News that a rebuild carries over: vouched for in the new catalogue, where it was in the old."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue.vouched.catalogue_rows import CatalogueRow, news_rows_of, raw_connection
from archive.catalogue.vouched.logged_rows import LoggedRows
from archive.log.signed_log import Log
from archive.vouching.pending_rows import vouch


@dataclass(frozen=True, slots=True)
class CarriedNews:
    """What became of the old catalogue's news: how many items were left out, or were missing."""

    left_out: int = 0
    missing: int = 0


def vouch_for_carried_news(connection: Connection, old: Path, log: Log) -> CarriedNews:
    """Vouch for the news that the catalogue at `old` has as the log vouches for; delete the rest.

    To be called once its keys are those of today: what is vouched for is the old row.
    """
    with closing(sqlite3.connect(old)) as former:
        (catalogue,) = former.execute("SELECT value FROM fact WHERE name = 'born'").fetchone()
        logged = LoggedRows(log, catalogue, len(log))
        try:
            sound = {number for number, row in _numbered(former) if _take(logged, row)}
            missing = sum(row.key[8:9] == b"e" for row in logged.missing())
        finally:
            logged.close()
        numbers = {number for number, _ in _numbered(former)}
    with raw_connection(connection) as raw:
        for number, row in _numbered(raw):
            if number in sound:
                vouch(connection, [row.vouched, *row.others])
        for number in numbers - sound:
            raw.execute("DELETE FROM news WHERE seq = ?", (number,))
            raw.execute("DELETE FROM news_block WHERE news = ?", (number,))
            raw.execute("DELETE FROM news_page WHERE news = ?", (number,))
    return CarriedNews(len(numbers - sound), missing)


def _take(logged: LoggedRows, row: CatalogueRow) -> bool:
    is_taken = [logged.take(part.key, part.digest) for part in (row.vouched, *row.others)]
    return all(is_taken)


def _numbered(raw: sqlite3.Connection) -> Iterator[tuple[int, CatalogueRow]]:
    for row in news_rows_of(raw):
        yield int(dict(row.fields)["seq"]), row
