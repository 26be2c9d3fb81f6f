"""The catalogue's tables for SQLAlchemy; migrations/*.sql say what each column holds."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

metadata = MetaData()


def _table(name: str, *columns: Column[object]) -> Table:
    return Table(name, metadata, *columns)


def _text(*names: str) -> list[Column[object]]:
    return [Column(name, Text, nullable=False) for name in names]


fact = _table("fact", Column("name", Text, primary_key=True), *_text("value"))

capture = _table(
    "capture",
    Column("id", Text, primary_key=True),
    *_text("url", "captured", "outcome", "role", "source"),
    Column("status", Integer),
    *_text("media_type", "payload_sha256", "warc"),
    Column("offset", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    *_text("stored_sha256", "taken_from", "note", "etag", "last_modified"),
)

statement = _table(
    "statement",
    Column("id", Text, primary_key=True),
    *_text("source", "identifier"),
)

version = _table(
    "version",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_text("id", "statement", "fingerprint", "capture", "first_seen", "last_seen"),
    *_text("title", "text", "text_sha256", "issuer", "publisher", "speakers", "signatories"),
    *_text("venue", "lang", "kind", "issued", "issued_printed", "issued_from", "modified"),
    *_text("url", "translations", "reader", "layer_sha256"),
    Column("transcript", Integer, nullable=False),
)

sighting = _table(
    "sighting",
    Column("version", Text, primary_key=True),
    Column("capture", Text, primary_key=True),
    *_text("captured"),
)

layer = _table("layer", Column("sha256", Text, primary_key=True), *_text("text"))

event = _table(
    "event",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_text("when", "kind", "object", "agent", "outcome", "detail", "facts"),
)
