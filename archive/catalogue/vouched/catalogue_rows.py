"""Every row of a catalogue that the log vouches for, as a stream in the order of its tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection

from archive.event import EventKind
from archive.vouching import row_kinds
from archive.vouching.row_kinds import Fields, Row
from archive.vouching.vouched_row import VouchedRow, select_fields


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A row, what it is called, and its fields; `others`: the same row, of further captures."""

    vouched: VouchedRow
    label: str
    fields: Fields
    capture: str = ""  # the id of a capture's own row
    others: Sequence[VouchedRow] = ()


def catalogue_rows(raw: SqliteConnection) -> Iterator[CatalogueRow]:
    """Yield every row of what is made from evidence. Nothing is kept in memory."""
    for row in _select(raw, "capture", ("id", *row_kinds.CAPTURE_FIELDS)):
        yield capture_row(row)
    for row in _select(raw, "statement", ("id", *row_kinds.STATEMENT_FIELDS)):
        yield statement_row(row)
    for row in _select(raw, "version", ("id", "capture", *row_kinds.READING_FIELDS)):
        yield reading_row(row)
    for row in _select(raw, "sighting", ("version", "capture", "captured")):
        yield sighting_row(row)
    for row in _select(raw, "notice", ("version", "capture", "position", "captured", "text")):
        yield notice_row(row)
    yield from news_rows_of(raw)
    decision = f"kind = '{EventKind.QUARANTINE.value}'"
    for row in _select(raw, "event", row_kinds.DECISION_FIELDS, decision):
        fields = select_fields(row, row_kinds.DECISION_FIELDS)
        label = f"decision on the quarantine of {row['object']}"
        yield CatalogueRow(row_kinds.decision_row(row), label, fields)
    for row in _select(raw, "alias", ("former", *row_kinds.REREADING_FIELDS)):
        yield rereading_row(row)


def capture_row(row: Row) -> CatalogueRow:
    fields = row_kinds.capture_fields(row)
    label = f"capture {row['id']}"
    return CatalogueRow(row_kinds.capture_row(row), label, fields, capture=row["id"])


def statement_row(row: Row) -> CatalogueRow:
    fields = select_fields(row, row_kinds.STATEMENT_FIELDS)
    return CatalogueRow(row_kinds.statement_row(row), f"statement {row['id']}", fields)


def reading_row(row: Row) -> CatalogueRow:
    fields = row_kinds.reading_fields(row)
    return CatalogueRow(row_kinds.reading_row(row), f"version {row['id']}", fields)


def sighting_row(row: Row) -> CatalogueRow:
    vouched = row_kinds.sighting_row(row["version"], row["capture"], row["captured"])
    label = f"sighting of {row['version']} in {row['capture']}"
    return CatalogueRow(vouched, label, [("captured", row["captured"])])


def notice_row(row: Row) -> CatalogueRow:
    fields = select_fields(row, ("captured", "text"))
    return CatalogueRow(row_kinds.notice_row(row), f"notice beside {row['version']}", fields)


def rereading_row(row: Row) -> CatalogueRow:
    fields = select_fields(row, row_kinds.REREADING_FIELDS)
    return CatalogueRow(row_kinds.rereading_row(row), f"former id {row['former']}", fields)


def news_rows_by_number(raw: SqliteConnection, numbers: Sequence[int]) -> list[CatalogueRow]:
    """Return the rows of news items by their numbers."""
    return [
        _news_row(raw, row)
        for number in numbers
        for row in _select(raw, "news", row_kinds.NEWS_FIELDS, f"seq = {int(number)}")
    ]


def news_rows_of(raw: SqliteConnection) -> Iterator[CatalogueRow]:
    for row in _select(raw, "news", row_kinds.NEWS_FIELDS):
        yield _news_row(raw, row)


def _news_row(raw: SqliteConnection, row: Row) -> CatalogueRow:
    where = f"news = {int(row['seq'])} ORDER BY position"
    blocks = list(_select(raw, "news_block", row_kinds.BLOCK_FIELDS, where))
    pages = list(_select(raw, "news_page", row_kinds.PAGE_FIELDS, where))
    fields = row_kinds.news_fields(row, blocks, pages)
    first, *others = row_kinds.news_rows(row, fields)
    return CatalogueRow(first, f"news {row['key']}", fields, others=others)


def _select(
    raw: SqliteConnection, table: str, names: Sequence[str], where: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield rows of a table; names and conditions are those of this module."""
    columns = ", ".join(f'"{name}"' for name in names)
    condition = f" WHERE {where}" if where else ""
    for values in raw.execute(f"SELECT {columns} FROM {table}{condition}"):  # noqa: S608
        yield dict(zip(names, values, strict=True))


@contextmanager
def raw_connection(connection: Connection) -> Iterator[SqliteConnection]:
    """Yield SQLite's own connection: faster, and it reads text that is not UTF-8, too."""
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, SqliteConnection):
        raise TypeError(f"expected a connection to SQLite, found {type(raw).__name__}")
    before = raw.text_factory
    raw.text_factory = _decode
    try:
        yield raw
    finally:
        raw.text_factory = before


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
