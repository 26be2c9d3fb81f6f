"""Check the logs of other archives that this one keeps, against their keys and against ours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from archive.errors import ArchiveError
from archive.integrity.log_audit import TrustAnchors, audit_log
from archive.log.joined_logs import KIND, joined_folders
from archive.log.signed_log import Log
from archive.timestamps import authorities
from archive.verification_finding import Finding, Grade, failed_finding, ok_finding


def check_joined_logs(log: Log, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with each joined log, and whether it is the one that we recorded.

    An entry that was erased here, which the other log has no erasure of, is no fault.
    """
    recorded: dict[str, tuple[int, str]] = {}
    for _, entry in log.find_kind(KIND):
        recorded[entry.text("origin")] = entry.number("size"), entry.text("root")
    present = set()
    for folder in joined_folders(log.folder):
        name = f"joined/{folder.name}"
        try:
            with Log.open_for_reading(folder) as other:
                trust = TrustAnchors(authorities=authorities.roots(folder))
                for finding in audit_log(other, trust, now, is_joined=True):
                    if finding.grade is Grade.FAILED:
                        yield replace(finding, object=f"{name}: {finding.object}")
                newest = other.checkpoints.latest()
        except ArchiveError as error:
            yield failed_finding(name, "joined", str(error))
            continue
        state = newest and (newest.checkpoint.size, newest.checkpoint.root.hex())
        origin = newest.checkpoint.origin if newest else ""
        present.add(origin)
        if recorded.get(origin) != state:
            yield failed_finding(name, "joined", "not the log that was joined")
        else:
            yield ok_finding(name, "joined", f"as the log {origin} was when it was joined")
    for origin in recorded.keys() - present:
        yield failed_finding("log", "joined", f"the log {origin} was joined and is missing")
