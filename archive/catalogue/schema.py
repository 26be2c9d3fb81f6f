"""The catalogue's tables for SQLAlchemy; migrations/*.sql say what each column holds."""

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _table(name: str, *columns: Column[object]) -> Table:
    return Table(name, metadata, *columns)


def _text_columns(*names: str) -> list[Column[object]]:
    return [Column(name, Text, nullable=False) for name in names]


def _integer_columns(*names: str) -> list[Column[object]]:
    return [Column(name, Integer, nullable=False) for name in names]


arrival_number = _table(
    "arrival_number", Column("series", Text, primary_key=True), *_integer_columns("last")
)

voucher = _table(
    "voucher",
    Column("row_key", LargeBinary, primary_key=True),
    *_integer_columns("entry", "position"),
    Column("checks", LargeBinary, nullable=False),
)

fact = _table("fact", Column("name", Text, primary_key=True), *_text_columns("value"))

capture = _table(
    "capture",
    Column("id", Text, primary_key=True),
    *_text_columns("url", "captured", "outcome", "role", "source"),
    Column("status", Integer),
    *_text_columns("media_type", "payload_sha256", "warc"),
    Column("offset", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    *_text_columns("stored_sha256", "taken_from", "note", "location", "etag", "last_modified"),
    *_text_columns("memento_of", "memento_datetime", "memento_archive"),
    Column("arrival", Integer, nullable=False),
)

statement = _table(
    "statement",
    Column("id", Text, primary_key=True),
    *_text_columns("source", "identifier"),
)

version = _table(
    "version",
    Column("seq", Integer, primary_key=True),
    *_text_columns("id", "statement", "fingerprint", "capture", "first_seen", "last_seen"),
    *_text_columns("title", "text_sha256", "issuer", "publisher", "speakers", "signatories"),
    *_text_columns("venue", "lang", "kind", "issued", "issued_printed", "issued_from", "modified"),
    *_text_columns("url", "translations", "reader", "layer_sha256"),
    Column("transcript", Integer, nullable=False),
)

# The column `text` of this table and of `layer` is written by packed_text() and read by
# plain_text(): see archive.catalogue.stored_texts.text_codec.
version_text = _table(
    "version_text", Column("sha256", Text, primary_key=True), *_text_columns("text")
)

text_dictionary = _table(
    "text_dictionary",
    Column("seq", Integer, primary_key=True),
    *_integer_columns("id"),
    Column("content", LargeBinary, nullable=False),
)

sighting = _table(
    "sighting",
    Column("version", Text, primary_key=True),
    Column("capture", Text, primary_key=True),
    *_text_columns("captured"),
)

alias = _table(
    "alias",
    Column("former", Text, primary_key=True),
    *_text_columns("version", "capture", "when"),
    Column("rules", Integer, nullable=False),
    *_text_columns("reader", "changes"),
    Column("change_count", Integer, nullable=False),
)

notice = _table(
    "notice",
    Column("version", Text, primary_key=True),
    Column("capture", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    *_text_columns("captured", "text"),
)

layer = _table("layer", Column("sha256", Text, primary_key=True), *_text_columns("text"))

event = _table(
    "event",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_text_columns("when", "kind", "object", "agent", "outcome", "detail", "facts"),
)

due = _table(
    "due",
    Column("source", Text, primary_key=True),
    *_text_columns("next_due"),
    Column("rhythm", Float, nullable=False),
    *_text_columns("last_try", "last_good"),
    Column("failures", Integer, nullable=False),
    *_text_columns("problem"),
    Column("paused", Integer, nullable=False),
)

host_wait = _table(
    "host_wait",
    Column("source", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    *_text_columns("until"),
)

run = _table(
    "run",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_text_columns("source", "began", "ended", "outcome"),
    *_integer_columns("listed", "captured", "read", "failed", "unread", "statements", "versions"),
    *_text_columns("detail"),
)

listed = _table(
    "listed",
    Column("source", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    *_text_columns("issued", "first", "last"),
)

watch = _table(
    "watch",
    Column("id", Integer, primary_key=True, autoincrement=True),
    *_text_columns("kind", "wanted", "held_by", "added"),
    *_integer_columns("since"),
)

news = _table(
    "news",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_text_columns("key", "when", "kind", "source", "statement", "before", "after"),
    *_text_columns("capture_before", "capture_after", "detail"),
)

news_block = _table(
    "news_block",
    *_integer_columns("news", "position"),
    *_text_columns("op", "text"),
)

news_page = _table(
    "news_page",
    *_integer_columns("news", "position"),
    *_text_columns("statement", "before", "after", "capture_before", "capture_after"),
    *_integer_columns("is_edited"),
)

alert = _table(
    "alert",
    Column("seq", Integer, primary_key=True, autoincrement=True),
    *_integer_columns("watch", "news"),
    *_text_columns("detail"),
)

channel = _table(
    "channel",
    Column("id", Integer, primary_key=True, autoincrement=True),
    *_text_columns("url"),
    Column("digest", Float, nullable=False),
    *_integer_columns("told"),
    *_text_columns("last"),
    *_integer_columns("failures"),
    *_text_columns("next_try", "problem"),
)
