"""Checks of a log and its files take memory for the numbers of entries, not for the entries."""

import tracemalloc
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from archive.integrity.fixity import CheckScope, check_warcs
from archive.integrity.log_audit import TrustAnchors, audit_log
from archive.log.signed_log import Log
from tests.support.filled_logs import NOON, capture, new_log

ENTRIES = 4000
BYTES_AN_ENTRY = 150  # positions and numbers; a decoded entry has some 700


def peak_of_checks(folder: Path, captures: int) -> int:
    """Return the most bytes that checks of a log of so many captures, all of one file, have had."""
    digest = sha256(bytes(1000)).hexdigest()
    with new_log(folder) as log:
        log.append(
            [
                replace(entry, facts={**entry.facts, "warc_sha256": digest})
                for entry in map(capture, range(captures))
            ]
        )
        log.checkpoint()
    (folder / "warc/2026/11").mkdir(parents=True)
    (folder / "warc/2026/11/a.warc.gz").write_bytes(bytes(1000 * captures))
    tracemalloc.start()
    try:
        with Log.open_for_reading(folder / "log") as log:
            audited = sum(1 for _ in audit_log(log, TrustAnchors(), NOON))
            compared = sum(1 for _ in check_warcs(folder / "warc", log, scope=CheckScope()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert audited
    assert compared == 2  # the file is intact, and was not closed
    return peak


def test_the_memory_of_a_check_grows_by_numbers_alone(tmp_path: Path) -> None:
    peak_of_checks(tmp_path / "warm", 10)
    once = peak_of_checks(tmp_path / "once", ENTRIES)
    twice = peak_of_checks(tmp_path / "twice", 2 * ENTRIES)

    assert twice - once < ENTRIES * BYTES_AN_ENTRY
