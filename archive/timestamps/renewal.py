"""Obtain, check and renew the RFC 3161 timestamps over checkpoints.

There is no queue to lose: the missing tokens are derived from the folder. Only the newest
checkpoint is ever stamped, since it covers all before it, and a late stamp on an older one would
prove no more.
A token is renewed (stamped itself) before its authority's certificate runs out: `X.tsr.NAME.tsr`.
"""

import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from archive import atomic_files
from archive.errors import ArchiveError, FetchError, FixityError, FormatError
from archive.log.checkpoint_files import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.timestamps import rfc3161
from archive.timestamps.rfc3161 import Authority, Post, Timestamp
from archive.verification_finding import Finding, failed_finding, noted_finding, ok_finding

logger = logging.getLogger(__name__)

KIND = "timestamp"
RENEW_BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """A token to obtain: over the file `subject`, from `authority`, to be stored at `path`."""

    subject: Path
    authority: Authority
    path: Path


def authority_of(token: Path) -> str:
    """Return the name of the authority in a token's file name."""
    return token.name.split(".")[-2]


def pending_requests(
    checkpoints: Checkpoints, authorities: Sequence[Authority], now: datetime
) -> list[TimestampRequest]:
    """Return the tokens to request: over the newest checkpoint, and over tokens about to expire."""
    newest = checkpoints.latest()
    if newest is None:
        return []
    requests = []
    for authority in authorities:
        path = newest.path.with_name(f"{newest.path.stem}.{authority.name}.tsr")
        if not path.exists():
            requests.append(TimestampRequest(newest.path, authority, path))
    return requests + list(_renewals(checkpoints, authorities, now))


def obtain_timestamps(
    log: Log, requests: Sequence[TimestampRequest], post: Post, now: datetime
) -> list[Finding]:
    """Request each token, store it, and add an entry with its digest to the log.

    What cannot be obtained now is noted, and stays pending.
    """
    findings = []
    for request in requests:
        name = request.path.name
        logger.debug("requesting a timestamp from %s", request.authority.name)
        try:
            with atomic_files.storage_errors(request.subject):
                data = request.subject.read_bytes()
            token = rfc3161.request_timestamp(request.authority, data, post)
            atomic_files.replace_file(request.path, token, mode=0o644)
        except FetchError as error:
            findings.append(noted_finding(name, "timestamp", f"not obtained yet: {error}"))
        except (FixityError, FormatError) as error:
            findings.append(failed_finding(name, "timestamp", str(error)))
        else:
            digest = sha256(token).hexdigest()
            log.append([Entry(kind=KIND, when=now, facts={"token": name, "sha256": digest})])
            findings.append(ok_finding(name, "timestamp", f"by {request.authority.name}"))
            logger.info("stored the timestamp %s", name)
    return findings


def read_timestamps(
    stored: StoredCheckpoint, trusted: Mapping[str, bytes]
) -> Iterator[tuple[Path, Timestamp | ArchiveError]]:
    """Yield each token over a checkpoint with its verified timestamp, or the error found.

    `trusted` has the PEM roots by name of authority.
    """
    for path in stored.tokens():
        try:
            yield path, _read(path, stored.data, trusted)
        except ArchiveError as error:
            yield path, error


def check(
    stored: StoredCheckpoint, trusted: Mapping[str, bytes], now: datetime
) -> Iterator[Finding]:
    """Yield a finding for every token over a checkpoint and every renewal of one."""
    for path, timestamp in read_timestamps(stored, trusted):
        if isinstance(timestamp, Timestamp):
            yield from _check_token(path, timestamp, trusted, now)
        else:
            yield failed_finding(path.name, "timestamp", str(timestamp))


def check_token_digests(checkpoints: Checkpoints, recorded: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a fault for every logged token that is missing or differs from what was received."""
    for name, digest in recorded.items():
        path = checkpoints.folder / name
        if not path.exists():
            yield failed_finding(name, "timestamp", "missing: the log has an entry of it")
        elif sha256(path.read_bytes()).hexdigest() != digest:
            yield failed_finding(name, "timestamp", "its digest is not the one in the log")


def _read(path: Path, data: bytes, trusted: Mapping[str, bytes]) -> Timestamp:
    with atomic_files.storage_errors(path):
        token = path.read_bytes()
    name = authority_of(path)
    if name not in trusted:
        known = ", ".join(sorted(trusted)) or "none"
        raise FixityError(path.name, f"a trusted authority ({known})", name)
    return rfc3161.verify_timestamp(token, data, trusted[name], name=path.name)


def _check_token(
    path: Path, timestamp: Timestamp, trusted: Mapping[str, bytes], now: datetime
) -> Generator[Finding, None, bool]:
    """Yield findings on a token; return whether it is valid at `now`, itself or by renewal."""
    renewed = False
    for renewal_path in _renewal_paths(path):
        try:
            with atomic_files.storage_errors(path):
                renewal = _read(renewal_path, path.read_bytes(), trusted)
        except ArchiveError as error:
            yield failed_finding(renewal_path.name, "timestamp", str(error))
            continue
        is_valid = yield from _check_token(renewal_path, renewal, trusted, now)
        renewed = renewed or (is_valid and renewal.when < timestamp.expires)
    detail = f"existed at {timestamp.when.isoformat()}, says {timestamp.signer}"
    if renewed or now < timestamp.expires:
        yield ok_finding(path.name, "timestamp", detail)
        return True
    expiry = f"its certificate expired on {timestamp.expires.date()} and it was not renewed"
    yield noted_finding(path.name, "timestamp", f"{detail}; {expiry}")
    return False


def _renewals(
    checkpoints: Checkpoints, authorities: Sequence[Authority], now: datetime
) -> Iterator[TimestampRequest]:
    """Yield the requests that renew the tokens whose certificate is about to expire."""
    trusted = {authority.name: authority.roots for authority in authorities}
    for size in checkpoints.sizes():
        for token, timestamp in read_timestamps(checkpoints.load(size), trusted):
            if not isinstance(timestamp, Timestamp):
                continue
            last, timestamp = _longest_valid_link(token, timestamp, trusted)
            if timestamp.expires - RENEW_BEFORE < now < timestamp.expires:
                for authority in authorities:
                    path = last.with_name(f"{last.name}.{authority.name}.tsr")
                    yield TimestampRequest(last, authority, path)


def _renewal_paths(token: Path) -> list[Path]:
    """Return the paths of a token's own renewals, not of renewals of those."""
    depth = token.name.count(".tsr") + 1
    paths = token.parent.glob(f"{token.name}.*.tsr")
    return sorted(path for path in paths if path.name.count(".tsr") == depth)


def _longest_valid_link(
    token: Path, timestamp: Timestamp, trusted: Mapping[str, bytes]
) -> tuple[Path, Timestamp]:
    """Return the link that expires last among a token and its renewals."""
    links = [(token, timestamp)]
    for path in _renewal_paths(token):
        try:
            renewal = _read(path, token.read_bytes(), trusted)
        except ArchiveError:
            continue  # `check` reports it
        links.append(_longest_valid_link(path, renewal, trusted))
    return max(links, key=lambda link: link[1].expires)
