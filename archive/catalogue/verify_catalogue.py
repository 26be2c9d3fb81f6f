"""Verify the catalogue against the log and the texts' digests; a rebuild repairs what fails."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    literal_column,
    select,
    text,
)

from archive.catalogue import catalogue_info, schema
from archive.catalogue.stored_texts.text_codec import stored_text, text_digest
from archive.log import entries
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.text.fingerprint import can_compute, fingerprint
from archive.verification_finding import Finding, Grade, failed_finding, noted_finding, ok_finding

NAME = "catalogue.sqlite"


def verify_catalogue(connection: Connection, log: Path) -> Iterator[Finding]:
    """Yield findings on the catalogue: its file, its captures, its versions, its layers.

    `log` is the log's folder. Another process may be capturing meanwhile: the log is read last.
    """
    has_failed = False
    for finding in (
        *_check_file(connection),
        *_check_captures(connection, log),
        *_check_texts(connection),
        *_check_day_counts(connection),
    ):
        has_failed = has_failed or finding.grade is Grade.FAILED
        yield finding
    if not has_failed:
        yield ok_finding(NAME, "catalogue", "agrees with the log and the texts' own digests")


def _check_file(connection: Connection) -> Iterator[Finding]:
    for (message,) in connection.execute(text("PRAGMA integrity_check(20)")):
        if message != "ok":
            yield failed_finding(NAME, "catalogue", str(message))


def _check_captures(connection: Connection, folder: Path) -> Iterator[Finding]:
    """Compare the row of each capture with its log entry, as the log is read.

    A record that a killed process stored may have been stored again from the same file: its id is
    in several entries, and the catalogue has any of them. Of each row, a byte is in memory.
    """
    last = connection.exec_driver_sql("SELECT max(rowid) FROM capture").scalar() or 0
    state_by_row = bytearray(last + 1)
    missing_count, missing_name = 0, ""
    with Log.open_for_reading(folder) as log:
        for batch in _batches(_locations(log)):
            rows = connection.execute(
                _LOGGED_CAPTURES, {"names": list({name for name, _ in batch})}
            )
            row_by_name = {name: (row, _Location(*rest)) for row, name, *rest in rows}
            for name, location in batch:
                row, stored = row_by_name.get(name, (0, None))
                if stored is None:
                    missing_count, missing_name = missing_count + 1, missing_name or name
                elif row <= last:
                    known = state_by_row[row]
                    state_by_row[row] = _AGREES if stored == location else known or _DIFFERS
        yield from _report_captures(connection, log, state_by_row)
    if missing_count:
        detail = f"{missing_count} captures in the log are not in it yet: {missing_name}, …"
        yield noted_finding(NAME, "catalogue", detail)


def _report_captures(
    connection: Connection, log: Log, state_by_row: bytearray
) -> Iterator[Finding]:
    """Yield a finding on each row that is in no entry of the log, or not as in any."""
    after = 0
    while rows := connection.execute(_NEXT_CAPTURES, {"after": after}).all():
        for row, name, *rest in rows:
            if row >= len(state_by_row) or state_by_row[row] == _AGREES:
                continue
            if not state_by_row[row]:
                yield failed_finding(NAME, "catalogue", f"capture {name} is in no entry of the log")
                continue
            expected = [_location_of(entry) for _, entry in log.find("id", name)]
            detail = f"capture {name}: logged as {tuple(expected[-1])}, found {tuple(rest)}"
            yield failed_finding(NAME, "catalogue", detail)
        after = rows[-1][0]


class _Location(NamedTuple):
    """Where a record is, as a row and as an entry have it."""

    warc: str
    offset: int
    length: int
    sha256: str


_DIFFERS, _AGREES = 1, 2
_BATCH_ENTRIES = 500
_LOCATION_COLUMNS: tuple[ColumnElement[Any], ...] = (
    literal_column("capture.rowid"),
    *(schema.capture.c.id, schema.capture.c.warc, schema.capture.c.offset),
    *(schema.capture.c.length, schema.capture.c.stored_sha256),
)
_LOGGED_CAPTURES = select(*_LOCATION_COLUMNS).where(
    schema.capture.c.id.in_(bindparam("names", expanding=True))
)
_NEXT_CAPTURES = (
    select(*_LOCATION_COLUMNS)
    .where(literal_column("capture.rowid") > bindparam("after"))
    .order_by(literal_column("capture.rowid"))
    .limit(_BATCH_ENTRIES)
)


def _locations(log: Log) -> Iterator[tuple[str, _Location]]:
    for line in log.lines():
        entry = entries.decode(line)
        if isinstance(entry, Entry) and (name := entry.text("id")):
            yield name, _location_of(entry)


def _location_of(entry: Entry) -> _Location:
    return _Location(
        entry.text("warc"),
        entry.number("record_offset"),
        entry.number("record_length"),
        entry.text("record_sha256"),
    )


def _batches(
    locations: Iterator[tuple[str, _Location]],
) -> Iterator[list[tuple[str, _Location]]]:
    while batch := list(islice(locations, _BATCH_ENTRIES)):
        yield batch


def _check_texts(connection: Connection) -> Iterator[Finding]:
    """Compare every stored digest with the digest of its text."""
    version, words, layer = schema.version.c, schema.version_text.c, schema.layer.c
    rules = catalogue_info.rules_version(connection)
    if not can_compute(rules):
        detail = f"made by rules {rules} of what an edit is: titles cannot be compared"
        yield noted_finding(NAME, "catalogue", detail)
    query = select(
        version.id,
        version.title,
        literal_column(stored_text("version_text.text")),
        version.text_sha256,
        version.fingerprint,
    ).outerjoin(schema.version_text, words.sha256 == version.text_sha256)
    for name, title, content, sha256, stored_fingerprint in connection.execute(query):
        if text_digest(content) != sha256:
            yield failed_finding(
                NAME, "catalogue", f"version {name}: its text does not have the stored digest"
            )
        elif not str(name).endswith(f"@{stored_fingerprint[:12]}") or (
            can_compute(rules)
            and fingerprint(str(title), _decoded(content), rules) != stored_fingerprint
        ):
            yield failed_finding(
                NAME, "catalogue", f"version {name}: its title does not have the stored fingerprint"
            )
    for sha256, content in connection.execute(
        select(layer.sha256, literal_column(stored_text("layer.text")))
    ):
        if text_digest(content) != sha256:
            yield failed_finding(NAME, "catalogue", f"page text {sha256} does not have its digest")


_COUNTS = "SELECT source, issued, first_seen, statements FROM day_count WHERE statements <> 0"
_TRUE_COUNTS = (
    "SELECT source, issued, first_seen, count(*) FROM statement_day"
    " GROUP BY source, issued, first_seen"
)


def _check_day_counts(connection: Connection) -> Iterator[Finding]:
    """Compare the counts of statements by day, which `coverage` reads, with the versions."""
    for query in (f"{_COUNTS} EXCEPT {_TRUE_COUNTS}", f"{_TRUE_COUNTS} EXCEPT {_COUNTS}"):
        row = connection.execute(text(f"{query} LIMIT 1")).first()
        if row is not None:
            detail = f"{row.source}: its statements issued {row.issued or 'on no day'}"
            yield failed_finding(NAME, "catalogue", f"{detail} are not counted as they are stored")
            return


def _decoded(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode("utf-8", "replace")
