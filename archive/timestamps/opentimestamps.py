"""OpenTimestamps proofs over checkpoints, obtained from calendars (https://opentimestamps.org).

A calendar promises at once and proves hours later: a proof, `X.note.ots` beside its checkpoint, is
first pending and completed by a later call. It then states a Bitcoin block's height and Merkle
root; only a Bitcoin node can tell whether that block has that root, and `ots verify` asks one.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from archive import atomic_files
from archive.errors import FetchError, FixityError, FormatError
from archive.log.checkpoint_files import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.timestamps.renewal import KIND
from archive.verification_finding import Finding, failed_finding, noted_finding, ok_finding

logger = logging.getLogger(__name__)

ACCEPT = "application/vnd.opentimestamps.v1"  # the media type that calendars serve

_MISSING_PACKAGE = "OpenTimestamps needs one more package: pip install onrecord[ots]"

# (url, body to POST, or None to GET) → the response body; FetchError where there is none.
Fetch = Callable[[str, bytes | None], bytes]


def load(log: Path) -> list[str]:
    """Return the addresses of the calendars of the log in folder `log`."""
    path = log / "calendars"
    with atomic_files.storage_errors(path):
        return path.read_text().splitlines() if path.exists() else []


def add(log: Path, url: str) -> None:
    """Add a calendar to the list; FormatError where `url` is no address."""
    if not url.startswith(("https://", "http://")) or len(url.split()) != 1:
        raise FormatError(f"calendar: expected a URL, found {url!r}")
    calendars = dict.fromkeys([*load(log), url.rstrip("/")])
    data = "".join(f"{calendar}\n" for calendar in calendars).encode()
    atomic_files.replace_file(log / "calendars", data, mode=0o644)
    logger.info("added the calendar %s", urlsplit(url).hostname)


def proof_path(checkpoint: Path) -> Path:
    """Return the path of the proof over a checkpoint's file."""
    return checkpoint.with_name(f"{checkpoint.name}.ots")


def stamp(log: Log, urls: Sequence[str], fetch: Fetch, now: datetime) -> list[Finding]:
    """Complete what is pending, and submit the newest checkpoint to each calendar.

    What cannot be obtained now is noted, and requested again next time. FormatError where the
    package opentimestamps is not installed.
    """
    findings: list[Finding] = []
    for size in _sizes_with_proof(log.checkpoints):
        findings += _complete(log, log.checkpoints.load(size), urls, fetch, now)
    newest = log.checkpoints.latest()
    if newest and not proof_path(newest.path).exists():
        findings += _submit(log, newest, urls, fetch, now)
    return findings


def check(checkpoints: Checkpoints) -> Iterator[Finding]:
    """Yield a finding for every proof: what it proves, or that it is over other bytes."""
    for size in _sizes_with_proof(checkpoints):
        name = proof_path(checkpoints.path(size)).name
        if not _is_installed():
            yield noted_finding(
                name,
                "timestamp",
                f"only its digest was checked, not its content: {_MISSING_PACKAGE}",
            )
            continue
        try:
            proof = _read(checkpoints.load(size))
        except (FixityError, FormatError) as error:
            yield failed_finding(name, "timestamp", str(error))
            continue
        blocks = list(_bitcoin_blocks(proof))
        for height, root in blocks:
            detail = f"existed before Bitcoin block {height}, if its Merkle root is {root}"
            yield noted_finding(name, "timestamp", f"{detail}: `ots verify` asks a Bitcoin node")
        if not blocks:
            waiting = ", ".join(sorted({uri for _, uri in _pending_nodes(proof)}))
            yield noted_finding(
                name, "timestamp", f"promised by {waiting}, not in a Bitcoin block yet"
            )


def _sizes_with_proof(checkpoints: Checkpoints) -> list[int]:
    """Return the sizes of the checkpoints that have a proof."""
    return [s for s in checkpoints.sizes() if proof_path(checkpoints.path(s)).exists()]


def _submit(
    log: Log, stored: StoredCheckpoint, urls: Sequence[str], fetch: Fetch, now: datetime
) -> Iterator[Finding]:
    ots = _library()
    digest = sha256(stored.data).digest()
    proof = ots.DetachedTimestampFile(ots.OpSHA256(), ots.Timestamp(digest))
    promising_urls = []
    for url in urls:
        try:
            proof.timestamp.merge(_parse_timestamp(fetch(f"{url}/digest", digest), digest, url))
            promising_urls.append(url)
            logger.debug("%s promised a proof", urlsplit(url).hostname)
        except (FetchError, FormatError) as error:
            yield noted_finding(
                proof_path(stored.path).name, "timestamp", f"not obtained yet: {error}"
            )
    if promising_urls:
        _save_proof(log, stored, proof, now)
        yield ok_finding(
            proof_path(stored.path).name, "timestamp", f"promised by {', '.join(promising_urls)}"
        )


def _complete(
    log: Log, stored: StoredCheckpoint, urls: Sequence[str], fetch: Fetch, now: datetime
) -> Iterator[Finding]:
    """Query the calendars that promised a proof, but only configured ones: a proof may name any."""
    name = proof_path(stored.path).name
    proof = _read(stored)
    if any(_bitcoin_blocks(proof)):
        return
    for node, uri in _pending_nodes(proof):
        if uri.rstrip("/") not in urls:
            yield noted_finding(
                name, "timestamp", f"promised by a calendar that is not configured: {uri}"
            )
            continue
        try:
            node.merge(
                _parse_timestamp(fetch(f"{uri}/timestamp/{node.msg.hex()}", None), node.msg, uri)
            )
        except (FetchError, FormatError) as error:
            yield noted_finding(name, "timestamp", f"not in a Bitcoin block yet: {error}")
    if heights := [str(height) for height, _ in _bitcoin_blocks(proof)]:
        _save_proof(log, stored, proof, now)
        yield ok_finding(name, "timestamp", f"in Bitcoin block {', '.join(heights)}")


def _save_proof(log: Log, stored: StoredCheckpoint, proof: Any, now: datetime) -> None:
    """Write a proof, and add an entry with its digest to the log."""
    context = _library().BytesSerializationContext()
    proof.serialize(context)
    path, data = proof_path(stored.path), context.getbytes()
    atomic_files.replace_file(path, data, mode=0o644)
    facts = {"token": path.name, "sha256": sha256(data).hexdigest()}
    log.append([Entry(kind=KIND, when=now, facts=facts)])
    logger.info("stored the OpenTimestamps proof %s", path.name)


def _read(stored: StoredCheckpoint) -> Any:
    """Return the proof over a checkpoint; FixityError where it is over other bytes."""
    ots, path = _library(), proof_path(stored.path)
    with atomic_files.storage_errors(path):
        data = path.read_bytes()
    try:
        proof = ots.DetachedTimestampFile.deserialize(ots.BytesDeserializationContext(data))
    except (ots.DeserializationError, ValueError) as error:
        raise FormatError(f"{path.name}: expected an OpenTimestamps proof: {error}") from error
    expected = sha256(stored.data).hexdigest()
    if proof.file_digest.hex() != expected:
        raise FixityError(path.name, f"a proof over {expected}", proof.file_digest.hex())
    return proof


def _parse_timestamp(response: bytes, message: bytes, url: str) -> Any:
    """Parse a calendar's response about `message`; FormatError where it is no proof."""
    ots = _library()
    try:
        return ots.Timestamp.deserialize(ots.BytesDeserializationContext(response), message)
    except (ots.DeserializationError, ValueError) as error:
        raise FormatError(f"{url}: expected an OpenTimestamps proof: {error}") from error


def _nodes(timestamp: Any) -> Iterator[Any]:
    yield timestamp
    for child in timestamp.ops.values():
        yield from _nodes(child)


def _pending_nodes(proof: Any) -> list[tuple[Any, str]]:
    """Return the nodes that calendars promised to complete, each with the calendar's address."""
    pending = _library().PendingAttestation
    return [
        (node, attestation.uri)
        for node in _nodes(proof.timestamp)
        for attestation in node.attestations
        if isinstance(attestation, pending)
    ]


def _bitcoin_blocks(proof: Any) -> Iterator[tuple[int, str]]:
    """Yield the Bitcoin blocks that a proof names: height, Merkle root as explorers print it."""
    for message, attestation in proof.timestamp.all_attestations():
        if isinstance(attestation, _library().BitcoinBlockHeaderAttestation):
            yield attestation.height, message[::-1].hex()


def _is_installed() -> bool:
    return find_spec("opentimestamps") is not None


@cache
def _library() -> Any:
    """Return the public names of the package opentimestamps; FormatError where it is missing."""
    if not _is_installed():
        raise FormatError(_MISSING_PACKAGE)
    names: dict[str, Any] = {}
    for module in ("notary", "op", "serialize", "timestamp"):
        names |= vars(import_module(f"opentimestamps.core.{module}"))
    return SimpleNamespace(**names)
