"""Bring log and catalogue together when an archive is opened alone, before anything is written.

Rows that an earlier onrecord made are adopted, once, unless their capture's own log entry says
otherwise. Rows of a transaction that was cut off after the log had them are taken back in the log.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection

from archive.catalogue import catalogue_info
from archive.catalogue.row_conversion import format_moment
from archive.catalogue.vouched.catalogue_rows import CatalogueRow, catalogue_rows, raw_connection
from archive.catalogue.write_rows import set_fact
from archive.log import entries
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.text.legible import legible
from archive.vouching import vouching_entry
from archive.vouching.pending_rows import vouch, vouch_adopted, vouched_digest
from archive.vouching.vouched_row import VouchedRow, withdrawn_row

logger = logging.getLogger(__name__)

SETTLED = "settled"  # fact: the number of log entries up to which transactions were settled
_BATCH = 10_000


def adopt_catalogue(connection: Connection, log: Log) -> int:
    """Vouch for what an earlier onrecord put into the catalogue; return the number of rows.

    Never again once the log vouches for anything: what is added by hand later stays without.
    """
    last = log.last_of_kind(vouching_entry.KIND)
    was_cut_off = last is not None and last.text("adopted") and not last.text("complete")
    if (last is not None and not was_cut_off) or not _has_captures(connection):
        return 0
    count = 0
    with raw_connection(connection) as raw, closing(_logged_captures(log)) as logged:
        rows = catalogue_rows(raw)
        while batch := list(islice(rows, _BATCH)):
            sound = [row for row in batch if _agrees_with_log(row, logged)]
            vouched = [part for row in sound for part in (row.vouched, *row.others)]
            vouch_adopted(connection, vouched)
            count += len(vouched)
    catalogue = catalogue_info.catalogue_id(connection)
    log.append([vouching_entry.adopted_entry(catalogue, datetime.now(UTC))])
    connection.commit()
    logger.info("the log vouches for %d rows of an earlier onrecord", count)
    return count


def _has_captures(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM capture LIMIT 1").first() is not None


def _logged_captures(log: Log) -> sqlite3.Connection:
    """Return what the log's entries say of captures, as a table in a temporary file."""
    scratch = sqlite3.connect("", isolation_level=None)
    scratch.execute("CREATE TABLE logged (id TEXT, url TEXT, captured TEXT, payload TEXT)")
    decoded = (entries.decode(line) for line in log.lines())
    scratch.execute("BEGIN")
    scratch.executemany(
        "INSERT INTO logged VALUES (?, ?, ?, ?)",
        (
            (
                entry.text("id"),
                legible(entry.text("url")),
                format_moment(entries.parse_instant(entry.text("captured"))),
                entry.text("payload_sha256"),
            )
            for entry in decoded
            if isinstance(entry, Entry) and entry.text("id")
        ),
    )
    scratch.execute("CREATE INDEX logged_by_id ON logged (id)")
    return scratch


def _agrees_with_log(row: CatalogueRow, logged: sqlite3.Connection) -> bool:
    """Say whether the entry of a capture itself says the same of it; True for other rows."""
    if not row.capture:
        return True
    query = "SELECT url, captured, payload FROM logged WHERE id = ?"
    values = dict(row.fields)
    return any(
        (url, captured) == (values["url"], values["captured"])
        and payload in ("", values["payload_sha256"])
        for url, captured, payload in logged.execute(query, (row.capture,))
    )


def settle_vouching(connection: Connection, log: Log) -> None:
    """Take back in the log what no commit followed, since this was last done.

    The catalogue's table `voucher` is committed with the rows: it names the entry of each.
    """
    catalogue = catalogue_info.catalogue_id(connection)
    first = int(catalogue_info.fact(connection, SETTLED) or 0)
    with raw_connection(connection) as raw:
        for number, entry in _vouching_entries(log, catalogue, first):
            for key, _ in vouching_entry.rows_of(entry):
                row = raw.execute("SELECT entry FROM voucher WHERE row_key = ?", (key,)).fetchone()
                if row is None:
                    vouch(connection, [withdrawn_row(key)])
                elif row[0] < number and (former := vouched_digest(raw, log, key)):
                    vouch(connection, [VouchedRow(key, former)])
    connection.commit()
    set_fact(connection, SETTLED, str(len(log)))
    connection.commit()


def _vouching_entries(log: Log, catalogue: str, first: int) -> Iterator[tuple[int, Entry]]:
    for number in range(first, len(log)):
        entry = log.entry(number)
        is_vouching = isinstance(entry, Entry) and entry.kind == vouching_entry.KIND
        if is_vouching and isinstance(entry, Entry) and entry.text("catalogue") == catalogue:
            yield number, entry
