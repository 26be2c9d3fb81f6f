"""Which checkpoints need a timestamp, getting it, and keeping it alive.

There is no queue to lose: what is wanting is seen from the folder. Only the newest checkpoint is
ever stamped, since it covers all before it, and a late stamp on an older one would say no more.
A token is renewed (stamped itself) before its authority's certificate runs out: `X.tsr.NAME.tsr`.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from archive import atomic_files
from archive.errors import ArchiveError, FetchError, FixityError, FormatError
from archive.findings import Finding, failed_finding, noted_finding, ok_finding
from archive.log.checkpoints import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry
from archive.log.log import Log
from archive.timestamps import rfc3161
from archive.timestamps.rfc3161 import Authority, Post, Timestamp

KIND = "timestamp"
RENEW_BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """A token that should be there: over the file `subject`, by `authority`, kept as `path`."""

    subject: Path
    authority: Authority
    path: Path


def authority_of(token: Path) -> str:
    """Return the name of the authority that a token's file name gives."""
    return token.name.split(".")[-2]


def pending_requests(
    checkpoints: Checkpoints, authorities: Sequence[Authority], now: datetime
) -> list[TimestampRequest]:
    """Return the tokens to ask for: over the newest checkpoint, and over tokens running out."""
    newest = checkpoints.latest()
    if newest is None:
        return []
    wanted = []
    for authority in authorities:
        path = newest.path.with_name(f"{newest.path.stem}.{authority.name}.tsr")
        if not path.exists():
            wanted.append(TimestampRequest(newest.path, authority, path))
    return wanted + list(_renewals(checkpoints, authorities, now))


def obtain_timestamp(
    log: Log, wanted: Sequence[TimestampRequest], post: Post, now: datetime
) -> list[Finding]:
    """Ask for each token, keep it and enter its digest in the log.

    What cannot be had now is noted, and stays wanted.
    """
    found = []
    for want in wanted:
        name = want.path.name
        try:
            with atomic_files.storage_errors(want.subject):
                data = want.subject.read_bytes()
            token = rfc3161.request_timestamp(want.authority, data, post)
            atomic_files.replace_file(want.path, token, mode=0o644)
        except FetchError as error:
            found.append(noted_finding(name, "timestamp", f"not had yet: {error}"))
        except (FixityError, FormatError) as error:
            found.append(failed_finding(name, "timestamp", str(error)))
        else:
            digest = sha256(token).hexdigest()
            log.append([Entry(kind=KIND, when=now, facts={"token": name, "sha256": digest})])
            found.append(ok_finding(name, "timestamp", f"by {want.authority.name}"))
    return found


def stamps(
    held: StoredCheckpoint, trusted: Mapping[str, bytes]
) -> Iterator[tuple[Path, Timestamp | ArchiveError]]:
    """Yield each token over a checkpoint with what it says, or why it says nothing.

    `trusted` has the PEM roots by name of authority.
    """
    for path in held.tokens():
        try:
            yield path, _read(path, held.data, trusted)
        except ArchiveError as error:
            yield path, error


def check(held: StoredCheckpoint, trusted: Mapping[str, bytes], now: datetime) -> Iterator[Finding]:
    """Yield a finding for every token over a checkpoint and every renewal of one."""
    for path, stamp_ in stamps(held, trusted):
        if isinstance(stamp_, Timestamp):
            yield from _standing(path, stamp_, trusted, now)
        else:
            yield failed_finding(path.name, "timestamp", str(stamp_))


def on_disk(checkpoints: Checkpoints, recorded: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a fault for every token on record that is gone or is not as it was received."""
    for name, digest in recorded.items():
        path = checkpoints.folder / name
        if not path.exists():
            yield failed_finding(name, "timestamp", "missing: the log has it on record")
        elif sha256(path.read_bytes()).hexdigest() != digest:
            yield failed_finding(name, "timestamp", "not as it was received")


def _read(path: Path, data: bytes, trusted: Mapping[str, bytes]) -> Timestamp:
    with atomic_files.storage_errors(path):
        token = path.read_bytes()
    name = authority_of(path)
    if name not in trusted:
        known = ", ".join(sorted(trusted)) or "none"
        raise FixityError(path.name, f"a trusted authority ({known})", name)
    return rfc3161.verify_timestamp(token, data, trusted[name], name=path.name)


def _standing(
    path: Path, stamp_: Timestamp, trusted: Mapping[str, bytes], now: datetime
) -> Generator[Finding, None, bool]:
    """Say whether a token still convinces at `now`, by itself or through its renewals."""
    renewed = False
    for renewal in _direct(path):
        try:
            with atomic_files.storage_errors(path):
                again = _read(renewal, path.read_bytes(), trusted)
        except ArchiveError as error:
            yield failed_finding(renewal.name, "timestamp", str(error))
            continue
        stands = yield from _standing(renewal, again, trusted, now)
        renewed = renewed or (stands and again.when < stamp_.expires)
    detail = f"existed at {stamp_.when.isoformat()}, says {stamp_.signer}"
    if renewed or now < stamp_.expires:
        yield ok_finding(path.name, "timestamp", detail)
        return True
    expiry = f"its certificate ran out on {stamp_.expires.date()} and it was not renewed"
    yield noted_finding(path.name, "timestamp", f"{detail}; {expiry}")
    return False


def _renewals(
    checkpoints: Checkpoints, authorities: Sequence[Authority], now: datetime
) -> Iterator[TimestampRequest]:
    """Yield what would keep alive the tokens whose certificate is about to run out."""
    trusted = {authority.name: authority.roots for authority in authorities}
    for size in checkpoints.sizes():
        for token, stamp_ in stamps(checkpoints.load(size), trusted):
            if not isinstance(stamp_, Timestamp):
                continue
            last, stamp_ = _newest_link(token, stamp_, trusted)
            if stamp_.expires - RENEW_BEFORE < now < stamp_.expires:
                for authority in authorities:
                    path = last.with_name(f"{last.name}.{authority.name}.tsr")
                    yield TimestampRequest(last, authority, path)


def _direct(token: Path) -> list[Path]:
    """Return the renewals of a token itself, not those of its renewals."""
    depth = token.name.count(".tsr") + 1
    found = token.parent.glob(f"{token.name}.*.tsr")
    return sorted(path for path in found if path.name.count(".tsr") == depth)


def _newest_link(
    token: Path, stamp_: Timestamp, trusted: Mapping[str, bytes]
) -> tuple[Path, Timestamp]:
    """Return the renewal of a token, or of its renewals, that lasts longest."""
    links = [(token, stamp_)]
    for path in _direct(token):
        try:
            again = _read(path, token.read_bytes(), trusted)
        except ArchiveError:
            continue  # whatever is wrong with it, `check` says
        links.append(_newest_link(path, again, trusted))
    return max(links, key=lambda link: link[1].expires)
