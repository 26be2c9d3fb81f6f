"""Repair damaged WARC files from a copy of the archive, using only bytes with a logged digest."""

import logging
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.integrity.logged_spans import LoggedSpan, LoggedSpans
from archive.log.signed_log import Log
from archive.verification_finding import Finding, failed_finding, ok_finding

logger = logging.getLogger(__name__)


def repair_warcs(home: ArchiveFolder, log: Log, copy: Path) -> Iterator[Finding]:
    """Restore every WARC record that is damaged or missing from the archive folder `copy`.

    Only bytes that have the digest in this archive's log are taken.
    """
    spans_by_file = LoggedSpans(log)
    for name in sorted(spans_by_file):
        damaged = [span for span in spans_by_file[name] if not _is_intact(home.warc / name, span)]
        if damaged:
            yield from _restore(home.warc / name, copy / "warc" / name, name, damaged)


def _is_intact(path: Path, span: LoggedSpan) -> bool:
    return sha256(_read(path, span)).hexdigest() == span.sha256


def _read(path: Path, span: LoggedSpan) -> bytes:
    if not path.exists():
        return b""
    with atomic_files.storage_errors(path), path.open("rb") as file:
        file.seek(span.start)
        return file.read(span.end - span.start)


def _restore(path: Path, source: Path, name: str, damaged: list[LoggedSpan]) -> Iterator[Finding]:
    available = [span for span in damaged if _is_intact(source, span)]
    with atomic_files.storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(0o600)
        path.chmod(0o600)
        with path.open("r+b") as file:
            for span in available:
                file.seek(span.start)
                file.write(_read(source, span))
            file.flush()
        path.chmod(0o444)
    logger.info("%s: restored %d of %d damaged records", name, len(available), len(damaged))
    for span in damaged:
        label = f"byte {span.start}: {span.label}"
        if span in available:
            yield ok_finding(name, "repair", f"{label}: restored from {source}")
        else:
            yield failed_finding(name, "repair", f"{label}: the copy does not have it either")
