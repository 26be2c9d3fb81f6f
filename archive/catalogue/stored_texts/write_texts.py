"""Write texts to the catalogue, and compress those that are not yet, a batch at a time."""

import logging

import zstandard
from sqlalchemy import Connection, text

from archive.catalogue.stored_texts.text_codec import CODEC, TextCodec
from archive.catalogue.stored_texts.train_dictionary import train_dictionary

logger = logging.getLogger(__name__)

TRAINING_BYTES = 4 << 20  # of frames without a dictionary, from which on one is worth while
_TRAINING_TEXTS = 3000
_TRAINING_CHARACTERS = 1 << 14  # of each of them
_BATCH_ROWS = 500
_PROGRESS_FACT = "texts compressed"  # a table and the last row of it that is, or _ALL
_ALL = "all"
_TABLES = ("version_text", "layer")

_ADD_TEXT = text(
    "INSERT INTO version_text (sha256, text) VALUES (:sha256, packed_text(:text))"
    " ON CONFLICT DO NOTHING"
)
_ADD_LAYER = text(
    "INSERT INTO layer (sha256, text) VALUES (:sha256, packed_text(:text)) ON CONFLICT DO NOTHING"
)


def add_text(connection: Connection, sha256: str, content: str) -> None:
    """Store the text of a version, unless it is stored."""
    connection.execute(_ADD_TEXT, {"sha256": sha256, "text": content})
    _train_when_due(connection)


def add_layer_text(connection: Connection, sha256: str, content: str) -> None:
    """Store the visible text of a page, unless it is stored."""
    connection.execute(_ADD_LAYER, {"sha256": sha256, "text": content})
    _train_when_due(connection)


def compress_older_texts(connection: Connection) -> int:
    """Compress the texts that an earlier format stored as they are; return how many there were.

    Each batch is a transaction: a killed process continues where it was, and memory does not grow.
    """
    query = "SELECT value FROM fact WHERE name = ?"
    progress = connection.exec_driver_sql(query, (_PROGRESS_FACT,)).scalar() or ""
    if progress == _ALL:
        return 0
    if not _has_dictionary(connection):
        _train(connection)
    table, _, row = progress.partition(":")
    count = 0
    for name in _TABLES[_TABLES.index(table) if table else 0 :]:
        count += _compress_table(connection, name, int(row) if name == table else 0)
    _set_progress(connection, _ALL)
    connection.commit()
    if count:
        logger.info("compressed %d texts of an earlier format", count)
    return count


def _compress_table(connection: Connection, table: str, after: int) -> int:
    last = connection.exec_driver_sql(f"SELECT max(rowid) FROM {table}").scalar() or 0  # noqa: S608
    count = 0
    while after < last:
        count += connection.execute(
            text(
                f"UPDATE {table} SET text = packed_text(text) WHERE rowid > :after"  # noqa: S608
                " AND rowid <= :until AND typeof(text) = 'text'"
            ),
            {"after": after, "until": after + _BATCH_ROWS},
        ).rowcount
        after += _BATCH_ROWS
        _set_progress(connection, f"{table}:{after}")
        connection.commit()
    return count


def _train_when_due(connection: Connection) -> None:
    """Make a dictionary once there are texts enough for one, and compress these with it."""
    codec: TextCodec = connection.info[CODEC]
    if not codec.without_dictionary:
        return
    if not codec.is_counted:
        codec.is_counted = True
        codec.without_dictionary = sum(
            connection.exec_driver_sql(f"SELECT total(length(text)) FROM {table}").scalar_one()  # noqa: S608
            for table in _TABLES
        )
    if codec.without_dictionary >= TRAINING_BYTES:
        codec.without_dictionary = 0
        if _train(connection):
            for table in _TABLES:
                connection.exec_driver_sql(
                    f"UPDATE {table} SET text = packed_text(plain_text(text))"  # noqa: S608
                    " WHERE plain_text(text) IS NOT NULL"
                )


def _train(connection: Connection) -> bool:
    """Add a dictionary for the texts stored so far; return whether it is worth while."""
    samples: list[str] = []
    for table in _TABLES:
        samples += connection.scalars(_SAMPLES[table], {"count": _TRAINING_TEXTS // len(_TABLES)})
    content = train_dictionary(samples)
    if not content:
        return False
    number = zstandard.ZstdCompressionDict(content).dict_id()
    connection.exec_driver_sql(
        "INSERT INTO text_dictionary (id, content) VALUES (?, ?)", (number, content)
    )
    logger.info("made a compression dictionary of %d texts", len(samples))
    return True


_SAMPLES = {
    table: text(
        f"SELECT substr(plain_text(text), 1, {_TRAINING_CHARACTERS}) AS sample FROM {table}"  # noqa: S608
        f" WHERE rowid % max(1, (SELECT max(rowid) FROM {table}) / :count) = 0"
        " AND sample IS NOT NULL LIMIT :count"
    )
    for table in _TABLES
}


def _has_dictionary(connection: Connection) -> bool:
    query = "SELECT count(*) FROM text_dictionary"
    return bool(connection.exec_driver_sql(query).scalar_one())


def _set_progress(connection: Connection, progress: str) -> None:
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (_PROGRESS_FACT, progress)
    )
