"""Back up an archive into a folder, and verify the copy."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import storage_errors
from archive.backup.copy_archive import BackupResult, copy_archive
from archive.catalogue import verify_catalogue
from archive.catalogue.database import transaction
from archive.catalogue.vouched.verify_vouched import verify_vouched
from archive.errors import ArchiveError, LockedError
from archive.integrity import fixity
from archive.integrity.fixity import CheckScope
from archive.integrity.repair import repair_warcs
from archive.log.signed_log import Log
from archive.verification_finding import Finding, Grade, failed_finding
from onrecord.evidence.trust import load_trust_anchors


def back_up(
    home: ArchiveFolder, folder: Path, now: datetime, scope: CheckScope
) -> tuple[BackupResult, list[Finding]]:
    """Bring the backup of `home` in `folder` up to date, verify it, and return the findings.

    Others may read and add meanwhile; LockedError while one must be alone, or backs up there too.
    """
    target = ArchiveFolder(folder)
    with home.lock_with_others(), _only_backup(folder):
        damage = [
            replace(finding, object=f"{finding.object} of the archive itself")
            for finding in _check(home, now, CheckScope(quick=True))
            if finding.grade is Grade.FAILED
        ]
        result = copy_archive(home, target, keep_files=bool(damage))
        findings = list(_check(target, now, scope))
        if any((target.warc / f.object).is_file() for f in findings if f.grade is Grade.FAILED):
            # Damaged in the copy, or its erasure was completed since it was copied.
            with Log.open_for_reading(target.log) as log:
                result.repaired = len(list(repair_warcs(target, log, home.root)))
            findings = list(_check(target, now, scope))
    return result, [*damage, *findings]


def _check(target: ArchiveFolder, now: datetime, scope: CheckScope) -> Iterator[Finding]:
    yield from fixity.check(target, trust=load_trust_anchors(target), now=now, scope=scope)
    if target.catalogue.exists() and not scope.quick:
        try:
            with transaction(target.catalogue) as connection:
                yield from verify_catalogue.verify_catalogue(connection, target.log)
                yield from verify_vouched(connection, target.log)
        except ArchiveError as error:
            yield failed_finding(verify_catalogue.NAME, "catalogue", str(error))


@contextmanager
def _only_backup(folder: Path) -> Iterator[None]:
    with storage_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(os.fspath(folder / ".backup.lock"), mode=0o600, thread_local=False)
        try:
            lock.acquire(0)
        except Timeout as error:
            raise LockedError(f"{folder}: another backup is being made there") from error
    try:
        yield
    finally:
        lock.release()
