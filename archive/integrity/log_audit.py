"""Audit a log: entries, keys, tiles, checkpoints, timestamps, and checkpoints kept elsewhere."""

import time
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from archive.atomic_files import content_of
from archive.errors import ArchiveError, FixityError
from archive.integrity.tile_check import TileCheck
from archive.log import cosigning, entries, keys, merkle_proofs
from archive.log.checkpoint_files import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry, ErasedEntry
from archive.log.keys import KeyHistory
from archive.log.signed_log import Log
from archive.log.signed_notes import Checkpoint, Note, PublicKey, parse_checkpoint
from archive.log.streamed_tree import StreamedTree
from archive.timestamps import opentimestamps, renewal
from archive.verification_finding import Finding, failed_finding, noted_finding, ok_finding

_TRIES, _PAUSE_SECONDS = 10, 0.05  # to read the newest checkpoint while another process signs


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchors:
    """What an audit trusts that comes from outside the archive."""

    authorities: Mapping[str, bytes] = field(default_factory=dict)  # PEM roots by name
    anchors: Sequence[Note] = ()  # checkpoints kept elsewhere: mail, print, a partner
    witnesses: Sequence[PublicKey] = ()  # partners' keys
    key: PublicKey | None = None  # one of the log's keys, as its keeper gave it to others


def audit_log(
    log: Log, trust: TrustAnchors, now: datetime, *, is_joined: bool = False
) -> Iterator[Finding]:
    """Yield findings on entries, keys, tiles, each checkpoint and token, each anchor.

    In a log that was joined to another, an entry may be erased without an erasure of its own.
    """
    sizes, tokens = log.checkpoints.sizes(), dict[str, str]()
    roots, tiles = _Roots({*sizes, *_stated_sizes(trust.anchors)}), TileCheck(log.folder)
    try:
        history = yield from _check_entries(
            log, StreamedTree(tiles.compare), roots, tokens, is_joined=is_joined
        )
    except ArchiveError as error:
        yield failed_finding("log", "keys", str(error))
        return
    yield from _check_keys(log, history, trust)
    yield from tiles.findings()
    if log.torn_bytes:
        yield noted_finding("log", "entries", f"its last {log.torn_bytes} bytes are a torn line")
    yield from _check_checkpoints(log.checkpoints, sizes, roots, history, trust, now)
    yield from renewal.check_token_digests(log.checkpoints, tokens)
    yield from opentimestamps.check(log.checkpoints)
    for anchor in trust.anchors:
        yield _check_anchor(anchor, roots, history)


class _Roots:
    """The roots of the log's first entries, of each number of them that a checkpoint states."""

    def __init__(self, sizes: Collection[int]) -> None:
        self._sizes = sizes
        self._root_by_size: dict[int, bytes] = {}
        self.entry_count = 0

    def add(self, tree: StreamedTree) -> None:
        """Take in the tree after its next leaf."""
        self.entry_count = len(tree)
        if self.entry_count in self._sizes:
            self._root_by_size[self.entry_count] = tree.root()

    def require(self, name: str, checkpoint: Checkpoint) -> None:
        """Raise FixityError unless the log begins with exactly the entries of a checkpoint."""
        size, count = checkpoint.size, self.entry_count
        if size > count:
            raise FixityError(name, f"{size} entries", f"{count}: entries are missing")
        root = self._root_by_size[size] if size else merkle_proofs.EMPTY_ROOT
        if root != checkpoint.root:
            raise FixityError(name, f"root {checkpoint.root.hex()}", root.hex())


def _stated_sizes(anchors: Sequence[Note]) -> Iterator[int]:
    """Yield how many entries each of `anchors` covers."""
    for anchor in anchors:
        try:
            yield parse_checkpoint(anchor).size
        except ArchiveError:
            continue  # `_check_anchor` reports it


def _check_entries(
    log: Log, tree: StreamedTree, roots: _Roots, tokens: dict[str, str], *, is_joined: bool
) -> Generator[Finding, None, KeyHistory]:
    """Build the tree, read the keys, and check that each erased entry has its erasure.

    `roots` is filled with the roots, `tokens` with the digest of each timestamp token on record.
    """
    key_entries: list[tuple[int, Entry]] = []
    erased_leaves: dict[int, bytes] = {}
    erasures: dict[int, str] = {}
    fault_count = 0
    for index, line in enumerate(log.lines()):
        tree.append(entries.leaf_hash_of(line))
        roots.add(tree)
        try:
            entry = entries.decode(line)
            if isinstance(entry, ErasedEntry):
                erased_leaves[index] = entry.leaf
            elif entry.kind == keys.KIND:
                key_entries.append((index, entry))
            elif entry.kind == renewal.KIND:
                tokens[entry.text("token")] = entry.text("sha256")
            elif entry.kind == "erasure":
                erasures[entry.number("entry")] = entry.text("leaf")
        except ArchiveError as error:
            fault_count += 1
            yield failed_finding(f"log entry {index}", "entries", str(error))
    for index, leaf in erased_leaves.items():
        if erasures.get(index) != leaf.hex() and not is_joined:
            fault_count += 1
            detail = "only its leaf hash is left, and the log has no erasure of it"
            yield failed_finding(f"log entry {index}", "entries", detail)
    if not fault_count:
        yield ok_finding(
            "log", "entries", f"{len(tree)} entries, {len(erased_leaves)} of them erased"
        )
    return keys.key_history(key_entries)


def _check_keys(log: Log, history: KeyHistory, trust: TrustAnchors) -> Iterator[Finding]:
    public_keys = [change.key for change in history.changes]
    if trust.key and trust.key not in public_keys:
        yield failed_finding(
            "log", "keys", f"expected {trust.key.vkey} among its keys, found other keys"
        )
    for key in public_keys:
        path = log.folder / "keys" / f"{key.id.hex()}.pem"
        if content_of(path) != key.pem:
            yield failed_finding(
                f"keys/{path.name}", "keys", "not the public key that the log names"
            )
    yield ok_finding("log", "keys", f"{len(public_keys)} in turn, each signed by the one before")


def _check_checkpoints(
    checkpoints: Checkpoints,
    sizes: list[int],
    roots: _Roots,
    history: KeyHistory,
    trust: TrustAnchors,
    now: datetime,
) -> Iterator[Finding]:
    if not sizes:
        yield failed_finding("log", "checkpoints", "none: the log is not signed")
    for size in sizes:
        name = checkpoints.path(size).name
        try:
            stored = checkpoints.load(size)
            _require_valid(stored, roots, history)
        except ArchiveError as error:
            yield failed_finding(name, "checkpoint", str(error))
            continue
        yield ok_finding(
            name, "checkpoint", f"{size} entries, signed by {history.in_force(size).vkey}"
        )
        for seen in cosigning.cosignatures(stored.note, trust.witnesses):
            yield ok_finding(name, "witness", f"seen by {seen.witness} at {seen.when.isoformat()}")
        yield from renewal.check(stored, trust.authorities, now)
    yield from _check_current(checkpoints, sizes)


def _require_valid(stored: StoredCheckpoint, roots: _Roots, history: KeyHistory) -> None:
    """Raise FixityError unless the key in force signed a checkpoint of exactly these entries."""
    name = stored.path.name
    checkpoint = cosigning.verify_checkpoint(stored.note, history.in_force(stored.checkpoint.size))
    if stored.path.stem != f"{checkpoint.size:012d}":
        raise FixityError(name, f"a checkpoint of {stored.path.stem} entries", str(checkpoint.size))
    roots.require(name, checkpoint)


def _check_current(checkpoints: Checkpoints, sizes: list[int]) -> Iterator[Finding]:
    """Check that the file `checkpoint`, which outsiders read, is the newest one, or a newer one.

    A process that is signing the log replaces it a moment after it has stored a checkpoint.
    """
    path = checkpoints.folder.parent / "checkpoint"
    for _ in range(_TRIES if sizes else 0):
        data = content_of(path)
        newest = [size for size in checkpoints.sizes() if size >= sizes[-1]]
        if data and any(data == content_of(checkpoints.path(size)) for size in reversed(newest)):
            return
        time.sleep(_PAUSE_SECONDS)
    if sizes:
        yield failed_finding("checkpoint", "checkpoint", f"not the one of {sizes[-1]} entries")


def _check_anchor(anchor: Note, roots: _Roots, history: KeyHistory) -> Finding:
    """Check that this log extends a checkpoint of it that was kept elsewhere."""
    name = "checkpoint kept elsewhere"
    try:
        checkpoint = parse_checkpoint(anchor)
        name = f"checkpoint of {checkpoint.size} entries kept elsewhere"
        if checkpoint.origin != history.origin:
            raise FixityError(name, f"log {history.origin}", f"log {checkpoint.origin}")
        roots.require(name, checkpoint)
        cosigning.verify_checkpoint(anchor, history.in_force(checkpoint.size))
    except ArchiveError as error:
        return failed_finding(name, "anchor", str(error))
    return ok_finding(name, "anchor", "this log extends it")
