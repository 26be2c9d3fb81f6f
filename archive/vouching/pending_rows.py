"""Vouch for what a transaction writes: the log has the rows before the catalogue commits them.

A crash in between leaves rows in the log that no catalogue has; `settle_vouching` says so in the
log when the archive is next opened alone. Digests are made of values that were read from evidence,
never of what the catalogue has: whoever changes it is not vouched for.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import Connection as SqliteConnection
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from archive.log.entries import Entry
from archive.vouching import vouching_entry
from archive.vouching.vouched_row import VouchedRow, withdrawn_row

if TYPE_CHECKING:
    from archive.log.signed_log import Log

_INFO = "onrecord.pending_rows"
_SAVE = "INSERT OR REPLACE INTO voucher (row_key, entry, position, checks) VALUES (?, ?, ?, ?)"
SIGNED = "signed"  # fact: the number of entries that the log's newest checkpoint covered
_SIGN = (
    f"INSERT INTO fact VALUES ('{SIGNED}', ?) ON CONFLICT (name)"  # noqa: S608 - a constant
    " DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))"
)
_BORN = "SELECT value FROM fact WHERE name = 'born'"


class PendingRows:
    """Rows that the log is to vouch for, of one connection's transaction."""

    def __init__(self, open_log: "Callable[[], Log]") -> None:
        self._open_log = open_log
        self._log: Log | None = None
        self.rows: dict[bytes, VouchedRow] = {}
        self.has_entered = False

    @property
    def log(self) -> "Log":
        """Return the log, opened at first use."""
        if self._log is None:
            self._log = self._open_log()
        return self._log

    def close(self) -> None:
        if self._log is not None:
            self._log.close()

    def enter(self, raw: SqliteConnection, *, adopted: bool = False) -> None:
        """Enter the rows in the log, and in the catalogue in which entry each is."""
        rows, self.rows = list(self.rows.values()), {}
        if not rows:
            return
        (catalogue,) = raw.execute(_BORN).fetchone()
        new = vouching_entry.vouching_entries(catalogue, rows, datetime.now(UTC), adopted=adopted)
        first = self.log.append(new)
        self.has_entered = True
        raw.executemany(_SAVE, _voucher_rows(self.log, first, rows))


def _voucher_rows(
    log: "Log", first: int, rows: list[VouchedRow]
) -> Iterator[tuple[bytes, int, int, bytes]]:
    for number, row in enumerate(rows):
        entry = first + number // vouching_entry.MAX_ROWS
        yield row.key, entry, log.position(entry), row.checks


@contextmanager
def vouching(
    connection: Connection, open_log: Callable[[], "Log"], *, is_own: bool = False
) -> Iterator[None]:
    """Vouch in a log for what is written in the block; commit at its end, and sign the log.

    `open_log` is called at the first commit that needs it; with `is_own` the log is closed.
    """
    pending = PendingRows(open_log)
    before = connection.info.get(_INFO)
    connection.info[_INFO] = pending
    try:
        yield
        connection.commit()
        if pending.has_entered:
            size = pending.log.checkpoint().checkpoint.size
            connection.exec_driver_sql(_SIGN, (str(size),))
            connection.commit()
    finally:
        connection.info[_INFO] = before
        if is_own:
            pending.close()


def vouch(connection: Connection, rows: Iterable[VouchedRow]) -> None:
    """Have the log vouch for rows, once their transaction is committed."""
    pending = _pending(connection)
    if pending is not None:
        for row in rows:
            pending.rows[row.key] = row


def withdraw(connection: Connection, keys: Iterable[bytes]) -> None:
    """Have the log say that these rows are no longer there."""
    vouch(connection, map(withdrawn_row, keys))


def is_vouched_for(connection: Connection, row: VouchedRow) -> bool:
    """Say whether `row`, as it was read from the catalogue, is what is vouched for.

    To be asked before a row is changed that stays vouched for. False where there is no log.
    """
    pending = _pending(connection)
    if pending is None:
        return False
    if (known := pending.rows.get(row.key)) is not None:
        return known.digest == row.digest
    return vouched_digest(_raw(connection), pending.log, row.key) == row.digest


def vouched_digest(raw: SqliteConnection, log: "Log", key: bytes) -> bytes:
    """Return the digest of a row by the entry that the catalogue names; b"" for none."""
    voucher = raw.execute("SELECT entry FROM voucher WHERE row_key = ?", (key,)).fetchone()
    if voucher is None or not 0 <= voucher[0] < len(log):
        return b""
    entry = log.entry(voucher[0])
    if not isinstance(entry, Entry) or entry.kind != vouching_entry.KIND:
        return b""
    return dict(vouching_entry.rows_of(entry)).get(key, b"")


def vouch_adopted(connection: Connection, rows: Iterable[VouchedRow]) -> None:
    """Vouch at once for rows that an earlier onrecord made."""
    pending = _pending(connection)
    if pending is not None:
        pending.rows = {row.key: row for row in rows}
        pending.enter(_raw(connection), adopted=True)


def enter_pending_rows(connection: Connection) -> None:
    """Do it before a commit: archive.catalogue.database calls this."""
    pending = _pending(connection)
    if pending is not None and pending.rows:
        pending.enter(_raw(connection))


def drop_pending_rows(connection: Connection) -> None:
    """Forget the rows of a transaction that is rolled back."""
    pending = _pending(connection)
    if pending is not None:
        pending.rows.clear()


def _pending(connection: Connection) -> PendingRows | None:
    pending = connection.info.get(_INFO)
    return pending if isinstance(pending, PendingRows) else None


def _raw(connection: Connection) -> SqliteConnection:
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, SqliteConnection):
        raise TypeError(f"expected a connection to SQLite, found {type(raw).__name__}")
    return raw
