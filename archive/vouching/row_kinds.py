"""The rows of the catalogue that the log vouches for, and the fields of each.

The names of fields are those of the columns (archive/catalogue/migrations). Derived columns are not
here: a version's first and last seen follow from its sightings. What a later format adds has to be
a kind of its own: the digest of a row that is in the log never changes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from archive.log.entries import Entry
from archive.vouching.vouched_row import VouchedRow, make_row, select_fields

Fields = list[tuple[str, Any]]
Row = Mapping[Any, Any]

CAPTURE_FIELDS = (
    *("url", "captured", "outcome", "role", "source", "status", "media_type", "payload_sha256"),
    *("warc", "offset", "length", "stored_sha256", "taken_from", "note", "location", "etag"),
    *("last_modified", "memento_of", "memento_datetime", "memento_archive", "arrival"),
)
READING_FIELDS = (
    *("statement", "fingerprint", "title", "text_sha256", "issuer", "publisher", "speakers"),
    *("signatories", "venue", "lang", "kind", "issued", "issued_printed", "issued_from"),
    *("modified", "url", "translations", "reader", "layer_sha256", "transcript", "seq"),
)
STATEMENT_FIELDS = ("source", "identifier")
NEWS_FIELDS = (
    *("seq", "key", "when", "kind", "source", "statement", "before", "after"),
    *("capture_before", "capture_after", "detail"),
)
BLOCK_FIELDS = ("position", "op", "text")
PAGE_FIELDS = (
    *("position", "statement", "before", "after", "capture_before", "capture_after", "is_edited"),
)
DECISION_FIELDS = ("seq", "when", "kind", "object", "agent", "outcome", "detail", "facts")
REREADING_FIELDS = ("version", "capture", "when", "rules", "reader", "changes", "change_count")

# By the first letters of the kinds, which keys have.
KIND_NAMES = {
    "c": "the capture",
    "r": "a version, as it was read from it",
    "s": "a sighting",
    "t": "a statement",
    "n": "a notice",
    "e": "a news item",
    "d": "a decision on its quarantine",
    "f": "a former id",
    "l": "a line of links.jsonl",
}

STATEMENTS = "statements"  # the owner of rows of statements: several captures may be of one


def capture_fields(row: Row) -> Fields:
    return select_fields(row, CAPTURE_FIELDS)


def capture_row(row: Row) -> VouchedRow:
    return make_row("capture", row["id"], "", capture_fields(row))


def reading_fields(row: Row) -> Fields:
    return select_fields(row, READING_FIELDS)


def reading_row(row: Row) -> VouchedRow:
    """Return the row of a version, as it was read from its capture."""
    return make_row("reading", row["capture"], row["id"], reading_fields(row))


def sighting_row(version: str, capture: str, captured: str) -> VouchedRow:
    return make_row("sighting", capture, version, [("captured", captured)])


def statement_row(row: Row) -> VouchedRow:
    return make_row("the statement", STATEMENTS, row["id"], select_fields(row, STATEMENT_FIELDS))


def notice_row(row: Row) -> VouchedRow:
    fields = [("captured", row["captured"]), ("text", row["text"])]
    return make_row("notice", row["capture"], f"{row['position']} {row['version']}", fields)


def news_fields(row: Row, blocks: Sequence[Row], pages: Sequence[Row]) -> Fields:
    """Return the fields of a news item, its blocks and pages among them."""
    return [
        *select_fields(row, NEWS_FIELDS),
        ("blocks", [[block[name] for name in BLOCK_FIELDS] for block in blocks]),
        ("pages", [[page[name] for name in PAGE_FIELDS] for page in pages]),
    ]


def news_rows(row: Row, fields: Fields) -> list[VouchedRow]:
    """Return a news item's row, once for each capture that it is of."""
    captures = dict.fromkeys((row["capture_after"], row["capture_before"] or row["capture_after"]))
    return [make_row("event", capture, row["key"], fields) for capture in captures]


def decision_row(row: Row) -> VouchedRow:
    """Return the row of an event: a person's decision about a capture in quarantine."""
    name = f"{row['when']} {row['outcome']}"
    return make_row("decision", row["object"], name, select_fields(row, DECISION_FIELDS))


def rereading_row(row: Row) -> VouchedRow:
    """Return the row of a former id. The log has its fields in an entry of its own."""
    return make_row("former id", "", row["former"], select_fields(row, REREADING_FIELDS))


def logged_rereading(entry: Entry) -> VouchedRow:
    """Return the row that the catalogue has of an entry of kind "rereading"."""
    when = entry.when.astimezone(UTC).replace(tzinfo=None)
    names = ("rules", "change_count")
    row = {name: entry.text(name) for name in ("former", *REREADING_FIELDS)}
    numbers = {name: entry.facts.get(name) for name in names}
    moment = f"{when.isoformat(timespec='microseconds')}Z"
    return rereading_row({**row, **numbers, "when": moment})


def link_row(line: str, number: int) -> VouchedRow:
    """Return the row of a line of links.jsonl; the first has number 1."""
    return make_row("link", "", str(number), [("line", line)])
