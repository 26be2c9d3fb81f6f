"""No change of a single row of what is made from evidence is left unnoticed by `verify`."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archive.catalogue import verify_catalogue
from archive.catalogue.database import transaction
from archive.catalogue.vouched.verify_vouched import verify_vouched
from archive.verification_finding import Grade
from tests.support.counts import sampled
from tests.support.forged_archive import build

EVIDENCE = ("capture", "statement", "version", "version_text", "layer", "sighting", "notice")
EVIDENCE += ("news", "news_block", "news_page", "event", "alias")
_CHOSEN = {"event": " WHERE kind = 'quarantine'"}  # of the events, a person's decisions

Row = dict[str, Any]
Change = Callable[[sqlite3.Connection], int]
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False),
    st.binary(max_size=4),
    st.just("2019-03-05T09:30:00.000000Z"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive; its catalogue is one file."""
    archive = build(tmp_path_factory.mktemp("forged")).folder
    with closing(sqlite3.connect(archive / "catalogue.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return archive


def rows_of(folder: Path, table: str) -> tuple[list[Row], list[str]]:
    """Return the rows of a table, and its key's columns."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        info = connection.execute(f"PRAGMA table_info({table})").fetchall()
        names = [column[1] for column in info]
        rows = connection.execute(f"SELECT * FROM {table}{_CHOSEN.get(table, '')}").fetchall()  # noqa: S608
    key = [column[1] for column in info if column[5]]
    return [dict(zip(names, row, strict=True)) for row in rows], key


def faults(folder: Path, change: Change) -> list[str] | None:
    """Return what `verify` finds in a changed copy of the catalogue; None where nothing changed."""
    copy = folder / "changed.sqlite"
    for suffix in ("", "-wal", "-shm"):
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    shutil.copy(folder / "catalogue.sqlite", copy)
    with closing(sqlite3.connect(copy)) as connection:
        try:
            changed = change(connection)
        except (sqlite3.IntegrityError, OverflowError):
            return None
        connection.commit()
    if not changed:
        return None
    with transaction(copy) as connection:
        findings = [
            *verify_catalogue.verify_catalogue(connection, folder / "log"),
            *verify_vouched(connection, folder / "log"),
        ]
    return [finding.detail for finding in findings if finding.grade is Grade.FAILED]


def update(
    table: str, row: Row, key: list[str], column: str, value: Any, connection: sqlite3.Connection
) -> int:
    where = " AND ".join(f'"{name}" = ?' for name in key)
    known = [row[name] for name in key]
    before = connection.execute(f"SELECT * FROM {table} WHERE {where}", known).fetchall()  # noqa: S608
    connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', [value, *known])  # noqa: S608
    after = connection.execute(f"SELECT * FROM {table} WHERE {where}", known).fetchall()  # noqa: S608
    return int(before != after)


def delete(table: str, row: Row, key: list[str], connection: sqlite3.Connection) -> int:
    where = " AND ".join(f'"{name}" = ?' for name in key)
    values = [row[name] for name in key]
    return connection.execute(f"DELETE FROM {table} WHERE {where}", values).rowcount  # noqa: S608


def draw_row(folder: Path, data: st.DataObject) -> tuple[str, list[Row], list[str], Row]:
    """Return a table, its rows, its key's columns, and one of the rows."""
    table = data.draw(st.sampled_from(EVIDENCE))
    rows, key = rows_of(folder, table)
    assume(rows)
    return table, rows, key, data.draw(st.sampled_from(rows))


def insert(table: str, row: Row, connection: sqlite3.Connection) -> int:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
    return connection.execute(statement, list(row.values())).rowcount


@given(st.data())
@settings(max_examples=sampled(31, 2000))
def test_no_change_of_one_value_survives(folder: Path, data: st.DataObject) -> None:
    table, rows, key, row = draw_row(folder, data)
    column = data.draw(st.sampled_from(sorted(row)))
    others = st.sampled_from([other[column] for other in rows])  # what another row has is likely
    value = data.draw(VALUES | others)

    found = faults(folder, partial(update, table, row, key, column, value))

    assert found is None or found, (table, column, row[column], value)


@given(st.data())
@settings(max_examples=sampled(12, 500))
def test_no_removal_of_a_row_survives(folder: Path, data: st.DataObject) -> None:
    table, _, key, row = draw_row(folder, data)

    assert faults(folder, partial(delete, table, row, key)), (table, row)


@given(st.data())
@settings(max_examples=sampled(20, 1000))
def test_no_added_row_survives(folder: Path, data: st.DataObject) -> None:
    """A copy of a row under another key, with or without another value."""
    table, _, key, drawn = draw_row(folder, data)
    row = dict(drawn)
    for name in {*key, *({"id", "arrival", "key"} & row.keys())}:
        is_number = isinstance(row[name], int)
        row[name] = data.draw(st.integers(1000, 9999) if is_number else st.text(min_size=1))
    column = data.draw(st.sampled_from(sorted(row)))
    row[column] = data.draw(st.just(row[column]) | VALUES)
    assume(table != "event" or column != "kind")  # an event of another kind is no decision

    found = faults(folder, partial(insert, table, row))

    assert found is None or found, (table, row)
