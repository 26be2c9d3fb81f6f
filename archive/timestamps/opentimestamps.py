"""OpenTimestamps: checkpoints under Bitcoin blocks, through calendars (https://opentimestamps.org).

A calendar promises at once and proves hours later, so a proof, `X.note.ots` beside its checkpoint,
is first `pending` and completed by a later call. What it then says is a block's number and Merkle
root: only a Bitcoin node can tell whether that block has it, and `ots verify` asks one.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from archive import atomic_files
from archive.errors import FetchError, FixityError, FormatError
from archive.findings import Finding, failed_finding, noted_finding, ok_finding
from archive.log.checkpoints import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry
from archive.log.log import Log
from archive.timestamps.renewal import KIND

ACCEPT = "application/vnd.opentimestamps.v1"  # what calendars want to be asked for

_NEEDED = "OpenTimestamps needs one more package: pip install onrecord[ots]"

# url, body (None: a question without one) → the answer; FetchError where there is none.
Ask = Callable[[str, bytes | None], bytes]


def load(log: Path) -> list[str]:
    """Return the addresses of the calendars of the log in folder `log`."""
    path = log / "calendars"
    with atomic_files.storage_errors(path):
        return path.read_text().splitlines() if path.exists() else []


def add(log: Path, url: str) -> None:
    """Keep a calendar; FormatError where `url` is no address."""
    if not url.startswith(("https://", "http://")) or len(url.split()) != 1:
        raise FormatError(f"calendar: expected a URL, found {url!r}")
    held = dict.fromkeys([*load(log), url.rstrip("/")])
    data = "".join(f"{one}\n" for one in held).encode()
    atomic_files.replace_file(log / "calendars", data, mode=0o644)


def proof_of(checkpoint: Path) -> Path:
    """Return where the proof over a checkpoint's file lies."""
    return checkpoint.with_name(f"{checkpoint.name}.ots")


def stamp(log: Log, urls: Sequence[str], ask: Ask, now: datetime) -> list[Finding]:
    """Complete what is pending, and submit the newest checkpoint to each calendar.

    What cannot be had now is noted, and stays wanted. FormatError where the package
    opentimestamps is not installed.
    """
    found: list[Finding] = []
    for size in _proved(log.checkpoints):
        found += _complete(log, log.checkpoints.load(size), urls, ask, now)
    newest = log.checkpoints.latest()
    if newest and not proof_of(newest.path).exists():
        found += _submit(log, newest, urls, ask, now)
    return found


def check(checkpoints: Checkpoints) -> Iterator[Finding]:
    """Yield a finding for every proof: what it says, or that it is over other bytes."""
    for size in _proved(checkpoints):
        name = proof_of(checkpoints.path(size)).name
        if not _installed():
            yield noted_finding(
                name, "timestamp", f"its digest is looked at, not what it says: {_NEEDED}"
            )
            continue
        try:
            proof = _read(checkpoints.load(size))
        except (FixityError, FormatError) as error:
            yield failed_finding(name, "timestamp", str(error))
            continue
        blocks = list(_blocks(proof))
        for height, root in blocks:
            detail = f"existed before Bitcoin block {height}, if its Merkle root is {root}"
            yield noted_finding(name, "timestamp", f"{detail}: `ots verify` asks a Bitcoin node")
        if not blocks:
            waiting = ", ".join(sorted({uri for _, uri in _pending(proof)}))
            yield noted_finding(
                name, "timestamp", f"promised by {waiting}, not in a Bitcoin block yet"
            )


def _proved(checkpoints: Checkpoints) -> list[int]:
    """Return the sizes of the checkpoints over which there are proofs."""
    return [s for s in checkpoints.sizes() if proof_of(checkpoints.path(s)).exists()]


def _submit(
    log: Log, held: StoredCheckpoint, urls: Sequence[str], ask: Ask, now: datetime
) -> Iterator[Finding]:
    ots = _library()
    digest = sha256(held.data).digest()
    proof = ots.DetachedTimestampFile(ots.OpSHA256(), ots.Timestamp(digest))
    promised = []
    for url in urls:
        try:
            proof.timestamp.merge(_part(ask(f"{url}/digest", digest), digest, url))
            promised.append(url)
        except (FetchError, FormatError) as error:
            yield noted_finding(proof_of(held.path).name, "timestamp", f"not had yet: {error}")
    if promised:
        _keep(log, held, proof, now)
        yield ok_finding(
            proof_of(held.path).name, "timestamp", f"promised by {', '.join(promised)}"
        )


def _complete(
    log: Log, held: StoredCheckpoint, urls: Sequence[str], ask: Ask, now: datetime
) -> Iterator[Finding]:
    """Ask the calendars that promised; only those that were set up, whatever a proof names."""
    name = proof_of(held.path).name
    proof = _read(held)
    if any(_blocks(proof)):
        return
    for node, uri in _pending(proof):
        if uri.rstrip("/") not in urls:
            yield noted_finding(
                name, "timestamp", f"promised by a calendar that is not set up: {uri}"
            )
            continue
        try:
            node.merge(_part(ask(f"{uri}/timestamp/{node.msg.hex()}", None), node.msg, uri))
        except (FetchError, FormatError) as error:
            yield noted_finding(name, "timestamp", f"not in a Bitcoin block yet: {error}")
    if heights := [str(height) for height, _ in _blocks(proof)]:
        _keep(log, held, proof, now)
        yield ok_finding(name, "timestamp", f"in Bitcoin block {', '.join(heights)}")


def _keep(log: Log, held: StoredCheckpoint, proof: Any, now: datetime) -> None:
    """Write a proof, and enter its digest in the log."""
    context = _library().BytesSerializationContext()
    proof.serialize(context)
    path, data = proof_of(held.path), context.getbytes()
    atomic_files.replace_file(path, data, mode=0o644)
    facts = {"token": path.name, "sha256": sha256(data).hexdigest()}
    log.append([Entry(kind=KIND, when=now, facts=facts)])


def _read(held: StoredCheckpoint) -> Any:
    """Return the proof over a checkpoint; FixityError where it is over other bytes."""
    ots, path = _library(), proof_of(held.path)
    with atomic_files.storage_errors(path):
        data = path.read_bytes()
    try:
        proof = ots.DetachedTimestampFile.deserialize(ots.BytesDeserializationContext(data))
    except (ots.DeserializationError, ValueError) as error:
        raise FormatError(f"{path.name}: expected an OpenTimestamps proof: {error}") from error
    expected = sha256(held.data).hexdigest()
    if proof.file_digest.hex() != expected:
        raise FixityError(path.name, f"a proof over {expected}", proof.file_digest.hex())
    return proof


def _part(answer: bytes, message: bytes, url: str) -> Any:
    """Return what a calendar said of `message`; FormatError where that is no proof."""
    ots = _library()
    try:
        return ots.Timestamp.deserialize(ots.BytesDeserializationContext(answer), message)
    except (ots.DeserializationError, ValueError) as error:
        raise FormatError(f"{url}: expected an OpenTimestamps proof: {error}") from error


def _nodes(timestamp: Any) -> Iterator[Any]:
    yield timestamp
    for below in timestamp.ops.values():
        yield from _nodes(below)


def _pending(proof: Any) -> list[tuple[Any, str]]:
    """Return where calendars promised to go on, and their addresses."""
    pending = _library().PendingAttestation
    return [
        (node, one.uri)
        for node in _nodes(proof.timestamp)
        for one in node.attestations
        if isinstance(one, pending)
    ]


def _blocks(proof: Any) -> Iterator[tuple[int, str]]:
    """Yield the Bitcoin blocks that a proof names: height, Merkle root as explorers print it."""
    for message, one in proof.timestamp.all_attestations():
        if isinstance(one, _library().BitcoinBlockHeaderAttestation):
            yield one.height, message[::-1].hex()


def _installed() -> bool:
    return find_spec("opentimestamps") is not None


@cache
def _library() -> Any:
    """Return the names of the package opentimestamps that are used here."""
    if not _installed():
        raise FormatError(_NEEDED)
    names: dict[str, Any] = {}
    for module in ("notary", "op", "serialize", "timestamp"):
        names |= vars(import_module(f"opentimestamps.core.{module}"))
    return SimpleNamespace(**names)
