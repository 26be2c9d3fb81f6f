"""Does the catalogue still say what the evidence says? It is a cache, so rebuilding mends it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select, text

from archive.catalogue import schema
from archive.findings import Finding, Grade, failed_finding, noted_finding, ok_finding
from archive.log import entries
from archive.log.entries import Entry
from archive.log.log import Log
from archive.text.fingerprint import fingerprint

NAME = "catalogue.sqlite"


def verify_catalogue(connection: Connection, log: Path) -> Iterator[Finding]:
    """Yield what is found of the catalogue: its file, its captures, its versions, its layers.

    `log` is the log's folder. Somebody may be capturing meanwhile: the log is read last.
    """
    wrong = False
    for finding in (*_file(connection), *_captures(connection, log), *_texts(connection)):
        wrong = wrong or finding.grade is Grade.FAILED
        yield finding
    if not wrong:
        yield ok_finding(NAME, "catalogue", "says what the log and the texts' own digests say")


def _file(connection: Connection) -> Iterator[Finding]:
    for (said,) in connection.execute(text("PRAGMA integrity_check(20)")):
        if said != "ok":
            yield failed_finding(NAME, "catalogue", str(said))


def _captures(connection: Connection, folder: Path) -> Iterator[Finding]:
    """Compare the row of each capture with its entry."""
    capture = schema.capture.c
    chosen = select(capture.id, capture.warc, capture.offset, capture.length, capture.stored_sha256)
    rows = connection.execute(chosen).all()
    with Log.reading(folder) as log:
        logged = _logged(log)
    for name, warc, offset, length, sha256 in rows:
        entry = logged.pop(name, None)
        if entry is None:
            yield failed_finding(NAME, "catalogue", f"capture {name} is in no entry of the log")
            continue
        expected = (
            entry.text("warc"),
            entry.number("record_offset"),
            entry.number("record_length"),
            entry.text("record_sha256"),
        )
        if (warc, offset, length, sha256) != expected:
            detail = f"capture {name}: logged as {expected}, found {(warc, offset, length, sha256)}"
            yield failed_finding(NAME, "catalogue", detail)
    if logged:
        detail = f"{len(logged)} captures in the log are not in it yet: {next(iter(logged))}, …"
        yield noted_finding(NAME, "catalogue", detail)


def _logged(log: Log) -> dict[str, Entry]:
    found = {}
    for line in log.lines():
        entry = entries.decode(line)
        if isinstance(entry, Entry) and (name := entry.text("id")):
            found[name] = entry
    return found


def _texts(connection: Connection) -> Iterator[Finding]:
    """Compute every digest of a text again."""
    version, layer = schema.version.c, schema.layer.c
    chosen = select(
        version.id, version.title, version.text, version.text_sha256, version.fingerprint
    )
    for name, title, words, sha256, mark in connection.execute(chosen):
        if hashlib.sha256(words.encode()).hexdigest() != sha256:
            yield failed_finding(NAME, "catalogue", f"version {name}: its text is not the one read")
        elif fingerprint(title, words) != mark or not name.endswith(f"@{mark[:12]}"):
            yield failed_finding(
                NAME, "catalogue", f"version {name}: its title is not the one read"
            )
    for sha256, words in connection.execute(select(layer.sha256, layer.text)):
        if hashlib.sha256(words.encode()).hexdigest() != sha256:
            yield failed_finding(NAME, "catalogue", f"page text {sha256} is not the one read")
