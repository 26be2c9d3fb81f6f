"""Verify the catalogue against the log and the texts' digests; a rebuild repairs what fails."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select, text

from archive.catalogue import catalogue_info, schema
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
    """Compare the row of each capture with its log entry.

    A record that a killed process stored may have been stored again from the same file: its id is
    in several entries, and the catalogue has any of them.
    """
    capture = schema.capture.c
    query = select(capture.id, capture.warc, capture.offset, capture.length, capture.stored_sha256)
    rows = connection.execute(query).all()
    with Log.open_for_reading(folder) as log:
        logged = _locations_by_capture(log)
    for name, warc, offset, length, sha256 in rows:
        expected = logged.pop(name, [])
        found = (warc, offset, length, sha256)
        if not expected:
            yield failed_finding(NAME, "catalogue", f"capture {name} is in no entry of the log")
        elif found not in expected:
            detail = f"capture {name}: logged as {expected[-1]}, found {found}"
            yield failed_finding(NAME, "catalogue", detail)
    if logged:
        detail = f"{len(logged)} captures in the log are not in it yet: {next(iter(logged))}, …"
        yield noted_finding(NAME, "catalogue", detail)


_Location = tuple[str, int, int, str]  # WARC file, offset and length in it, SHA-256


def _locations_by_capture(log: Log) -> dict[str, list[_Location]]:
    by_capture: dict[str, list[_Location]] = {}
    for line in log.lines():
        entry = entries.decode(line)
        if isinstance(entry, Entry) and (name := entry.text("id")):
            location = (
                entry.text("warc"),
                entry.number("record_offset"),
                entry.number("record_length"),
                entry.text("record_sha256"),
            )
            by_capture.setdefault(name, []).append(location)
    return by_capture


def _check_texts(connection: Connection) -> Iterator[Finding]:
    """Compare every stored digest with the digest of its text."""
    version, words, layer = schema.version.c, schema.version_text.c, schema.layer.c
    rules = catalogue_info.rules_version(connection)
    if not can_compute(rules):
        detail = f"made by rules {rules} of what an edit is: titles cannot be compared"
        yield noted_finding(NAME, "catalogue", detail)
    query = select(
        version.id, version.title, words.text, version.text_sha256, version.fingerprint
    ).outerjoin(schema.version_text, words.sha256 == version.text_sha256)
    for name, title, content, sha256, stored_fingerprint in connection.execute(query):
        if _sha256(content) != sha256:
            yield failed_finding(
                NAME, "catalogue", f"version {name}: its text does not have the stored digest"
            )
        elif not str(name).endswith(f"@{stored_fingerprint[:12]}") or (
            can_compute(rules) and fingerprint(str(title), content, rules) != stored_fingerprint
        ):
            yield failed_finding(
                NAME, "catalogue", f"version {name}: its title does not have the stored fingerprint"
            )
    for sha256, content in connection.execute(select(layer.sha256, layer.text)):
        if _sha256(content) != sha256:
            yield failed_finding(NAME, "catalogue", f"page text {sha256} does not have its digest")


def _sha256(content: object) -> str:
    """Return the digest of a text; "" for what is none: SQLite stores bytes in any column."""
    return hashlib.sha256(content.encode()).hexdigest() if isinstance(content, str) else ""
