"""The catalogue's tables for SQLAlchemy; migrations/*.sql say what each column holds."""

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text

metadata = MetaData()


def _table(name: str, *columns: Column[object]) -> Table:
    return Table(name, metadata, *columns)


def _text(*names: str) -> list[Column[object]]:
    return [Column(name, Text, nullable=False) for name in names]


def _count(*names: str) -> list[Column[object]]:
    return [Column(name, Integer, nullable=False) for name in names]


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
    *_text("memento_of", "memento_datetime", "memento_archive"),
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

due = _table(
    "due",
    Column("source", Text, primary_key=True),
    *_text("next_due"),
    Column("rhythm", Float, nullable=False),
    *_text("last_try", "last_good"),
    Column("failures", Integer, nullable=False),
    *_text("problem"),
    Column("paused", Integer, nullable=False),
)

run = _table(
    "run",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_text("source", "began", "ended", "outcome"),
    *_count("listed", "captured", "read", "failed", "unread", "statements", "versions"),
    *_text("detail"),
)

listed = _table(
    "listed",
    Column("source", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    *_text("issued", "first", "last"),
)

watch = _table(
    "watch",
    Column("id", Integer, primary_key=True, autoincrement=True),
    *_text("kind", "wanted", "held_by", "added"),
    *_count("since"),
)

news = _table(
    "news",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_text("key", "when", "kind", "source", "statement", "before", "after"),
    *_text("capture_before", "capture_after", "detail"),
)

alert = _table(
    "alert",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_count("watch", "news"),
    *_text("detail"),
)

channel = _table(
    "channel",
    Column("id", Integer, primary_key=True, autoincrement=True),
    *_text("url"),
    Column("digest", Float, nullable=False),
    *_count("told"),
    *_text("last"),
    *_count("failures"),
    *_text("next_try", "problem"),
)
