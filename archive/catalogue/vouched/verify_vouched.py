"""Verify that every row of the catalogue is what the log vouches for, and that none is missing.

Rows are compared one after another, with a table on disk of what the log has: memory does not grow
with the archive. No evidence is read again; docs/trust.md says why that is enough.
"""

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from archive.catalogue import catalogue_info
from archive.catalogue.database import begin_writing
from archive.catalogue.vouched.catalogue_rows import CatalogueRow, catalogue_rows, raw_connection
from archive.catalogue.vouched.derived_columns import derived_problems
from archive.catalogue.vouched.logged_rows import LoggedRows, MissingRow
from archive.log.signed_log import Log
from archive.verification_finding import Finding, failed_finding, noted_finding, ok_finding
from archive.vouching import row_kinds
from archive.vouching.pending_rows import SIGNED
from archive.vouching.vouched_row import VouchedRow, differing_fields

NAME = "catalogue.sqlite"
MAX_FINDINGS = 200  # that name a row each
_LOGGED_FIELDS = ("url", "captured", "payload_sha256")


def verify_vouched(connection: Connection, folder: Path) -> Iterator[Finding]:
    """Yield findings on the rows of the catalogue; `folder` is the log's."""
    settled = _settled_size(connection, folder)
    with raw_connection(connection) as raw, Log.open_for_reading(folder) as log:
        raw.execute("BEGIN")  # one state of the catalogue, whatever others write
        try:
            catalogue = catalogue_info.catalogue_id(connection)
            yield from _check_checkpoint(connection, log)
            logged = LoggedRows(log, catalogue, settled)
            try:
                yield from _judge(_Comparison(raw, log, logged), logged)
            finally:
                logged.close()
        finally:
            raw.rollback()


def _settled_size(connection: Connection, folder: Path) -> int:
    """Return how many of the log's entries are of transactions that have certainly ended.

    A transaction is in the log before it is committed: none is while we could write. A session that
    was cut off has signed no checkpoint.
    """
    connection.commit()
    try:
        begin_writing(connection)
    except OperationalError:
        connection.rollback()  # on a medium that cannot be written, nobody writes
    with Log.open_for_reading(folder) as log:
        size, sizes = len(log), log.checkpoints.sizes()
    connection.rollback()
    return min(size, sizes[-1]) if sizes else 0


def _check_checkpoint(connection: Connection, log: Log) -> Iterator[Finding]:
    """Compare the newest checkpoint with the one that there was when the catalogue was written."""
    signed = int(catalogue_info.fact(connection, SIGNED) or 0)
    sizes = log.checkpoints.sizes()
    if signed > (sizes[-1] if sizes else 0):
        detail = f"the newest is of {sizes[-1] if sizes else 0} entries; {signed} had been signed"
        yield failed_finding("checkpoint", "checkpoint", f"{detail}: an older one was put back")


def _judge(comparison: "_Comparison", logged: LoggedRows) -> Iterator[Finding]:
    if logged.replaced_by:
        detail = "a rebuild replaced this catalogue: an older file was put back"
        yield failed_finding(NAME, "vouched", detail)
    if not logged.count and not logged.others:
        detail = "made by an earlier onrecord: the log vouches for it from the next run on"
        yield noted_finding(NAME, "vouched", detail)
        return
    problems = 0
    for detail in comparison.problems():
        problems += 1
        if problems <= MAX_FINDINGS:
            yield failed_finding(NAME, "vouched", detail)
    if problems > MAX_FINDINGS:
        detail = f"{problems - MAX_FINDINGS} more rows are not as the log vouches for"
        yield failed_finding(NAME, "vouched", detail)
    if logged.adopted:
        detail = f"{logged.adopted} rows are vouched for since this onrecord opened the archive"
        yield noted_finding(NAME, "vouched", f"{detail}: rebuild reads them from the evidence")
    if not problems:
        detail = f"{comparison.count} rows, each as the log vouches for"
        yield ok_finding(NAME, "vouched", detail)


class _Comparison:
    def __init__(self, raw: SqliteConnection, log: Log, logged: LoggedRows) -> None:
        self.raw, self.log, self.logged = raw, log, logged
        self.count = 0

    def problems(self) -> Iterator[str]:
        for row in catalogue_rows(self.raw):
            self.count += 1
            if not self._is_vouched(row):
                yield self._describe(row)
        yield from derived_problems(self.raw)
        for missing in self.logged.missing():
            yield self._describe_missing(missing)

    def _is_vouched(self, row: CatalogueRow) -> bool:
        is_taken = [self._take(vouched) for vouched in (row.vouched, *row.others)]
        return all(is_taken)

    def _take(self, row: VouchedRow) -> bool:
        if self.logged.take(row.key, row.digest):
            return True
        is_reading = row.key[8:9] == b"r"
        return is_reading and self._is_former(row)

    def _is_former(self, row: VouchedRow) -> bool:
        """Say whether a version is as it was read from a capture that was erased since."""
        return not self.logged.has(row.key) and self.logged.take_former(row.key, row.digest)

    def _describe(self, row: CatalogueRow) -> str:
        key = row.vouched.key
        if not self.logged.has(key):
            return f"{row.label}: nothing in the log vouches for this row"
        self.logged.forget(key)
        for other in row.others:
            self.logged.forget(other.key)
        query = "SELECT checks FROM voucher WHERE row_key = ?"
        checks = self.raw.execute(query, (key,)).fetchone()
        names = differing_fields(checks[0], row.fields) if checks else []
        values = dict(row.fields)
        logged = self._logged_values(row.capture) if row.capture else {}
        parts = [_describe_field(name, values[name], logged) for name in names]
        return f"{row.label}: {'; '.join(parts) or 'a field'}: not as the log vouches for"

    def _logged_values(self, capture: str) -> dict[str, str]:
        """Return what the entry of a capture itself says of it."""
        for _, entry in self.log.find("id", capture):
            return {name: entry.text(name) for name in _LOGGED_FIELDS}
        return {}

    def _describe_missing(self, missing: MissingRow) -> str:
        kind = row_kinds.KIND_NAMES.get(chr(missing.key[8]), "a row")
        owner = f" of capture {missing.capture}" if missing.capture else ""
        detail = f"{kind}{owner} is missing, or was made another"
        return f"{detail}: log entry {missing.entry} vouches for it"


def _describe_field(name: str, value: Any, logged: dict[str, str]) -> str:
    if name in logged:
        return f"{name} logged as {logged[name]}, found {value}"
    return f"{name} is {str(value)[:80]!r}"
