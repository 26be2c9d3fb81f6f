"""Keep the former ids of versions that a rebuild read anew: in the log, and in the catalogue.

The log keeps them because no WARC file has them, and `rebuild` needs them.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection

from archive.catalogue import rereading_table
from archive.catalogue.copy_on_rebuild import (
    FormerVersion,
    former_versions,
    rename_edits,
)
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.models import Version
from archive.text.diff import diff_texts
from archive.text.rereading import Rereading, WordChange, decode_changes, encode_changes

logger = logging.getLogger(__name__)

_MAX_CHANGES = 20  # that are kept; the number of all is kept too
_MAX_CHARACTERS = 200  # of each side of a change


def rereadings(log: Log) -> Iterator[Rereading]:
    """Yield what was read anew, in the order of the log."""
    for _, entry in log.find_kind(rereading_table.KIND):
        yield _rereading_of(entry)


def log_rereadings(connection: Connection, log: Log, rules: int) -> list[str]:
    """Enter in the log which versions of the attached catalogue are read anew, each once.

    `rules`: of the attached catalogue. Their news get the keys of today. Return the ids of the
    versions that are no longer read at all.
    """
    logged = {(entry.former, entry.version) for entry in rereadings(log)}
    now, unread, new = datetime.now(UTC), [], []
    for former in former_versions(connection):
        if former.current is None:
            unread.append(former.id)
            continue
        if (former.id, former.current.id) not in logged:
            new.append(_rereading(former, former.current, rules, now))
    rename_edits(connection)
    if new:
        log.append([_entry_of(entry) for entry in new])
        logger.info("%d versions were read anew", len(new))
    return unread


def record_rereadings(connection: Connection, log: Log) -> None:
    """Record every rereading of the log in the catalogue."""
    rereading_table.record_rereadings(connection, rereadings(log))


def _entry_of(rereading: Rereading) -> Entry:
    """Return the log entry that keeps a rereading."""
    return Entry(
        kind=rereading_table.KIND,
        when=rereading.when,
        facts={
            "former": rereading.former,
            "version": rereading.version,
            "capture": rereading.capture,
            "rules": rereading.rules,
            "reader": rereading.reader,
            "changes": encode_changes(rereading.changes),
            "change_count": rereading.change_count,
        },
    )


def _rereading_of(entry: Entry) -> Rereading:
    """Return the rereading that a log entry keeps; FormatError where it keeps none."""
    return Rereading(
        former=entry.text("former"),
        version=entry.text("version"),
        capture=entry.text("capture"),
        when=entry.when,
        rules=entry.number("rules"),
        reader=entry.text("reader"),
        changes=decode_changes(entry.text("changes")),
        change_count=entry.number("change_count"),
    )


def _rereading(former: FormerVersion, current: Version, rules: int, now: datetime) -> Rereading:
    reading = current.reading
    changes, count = _word_changes(
        f"{former.title}\n{former.text}", f"{reading.title}\n{reading.text}", reading.lang
    )
    return Rereading(
        former=former.id,
        version=current.id,
        capture=former.capture,
        when=now,
        rules=rules,
        reader=former.reader,
        changes=changes,
        change_count=count,
    )


def _word_changes(before: str, after: str, lang: str) -> tuple[tuple[WordChange, ...], int]:
    """Return the first changes of words between two readings, and the number of all changes."""
    changes = diff_texts(before, after, lang)
    return (
        tuple(
            WordChange(_shortened(change.before), _shortened(change.after))
            for change in changes[:_MAX_CHANGES]
        ),
        len(changes),
    )


def _shortened(words: str) -> str:
    return words if len(words) <= _MAX_CHARACTERS else f"{words[:_MAX_CHARACTERS]}…"
