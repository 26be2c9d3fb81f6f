"""Check the private key of an archive: whether the log can be continued with it."""

import os
from collections.abc import Iterator
from pathlib import Path

from archive.errors import ArchiveError
from archive.log import keys
from archive.log.sign_checkpoint import next_key_path
from archive.log.signed_log import Log
from archive.verification_finding import Finding, failed_finding, noted_finding

_NAME = "keys/log.pem"
_CONSEQUENCE = "all can be read and verified, and nothing can be added"


def check_private_key(folder: Path, log: Log) -> Iterator[Finding]:
    """Yield a finding where the private key in `folder` is missing, another, or open to others.

    A log proves what it proves without its private key: a missing one is a note. One that is there
    and is not the log's was put there.
    """
    path = folder / "log.pem"
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield noted_finding(
            _NAME, "keys", f"the private key is missing: {_CONSEQUENCE}. Restore it from a backup"
        )
        return
    except OSError as error:
        yield noted_finding(_NAME, "keys", f"not looked at: {error.strerror}")
        return
    if os.name == "posix" and mode & 0o077:
        detail = f"has mode {mode & 0o777:04o}, so that others can read it; expected 0600"
        yield noted_finding(_NAME, "keys", f"{detail} (mend it with: chmod 600)")
        return
    if not os.access(path, os.R_OK):
        yield noted_finding(_NAME, "keys", "not looked at: it belongs to another user")
        return
    try:
        current = log.keys().current
        candidates = [path, *filter(Path.exists, [next_key_path(path)])]
        public_keys = [keys.load_public_key(candidate, current.name) for candidate in candidates]
    except ArchiveError as error:
        yield failed_finding(_NAME, "keys", str(error))
        return
    if current not in public_keys:
        yield failed_finding(_NAME, "keys", f"is not the key of this log, {current.vkey}")
