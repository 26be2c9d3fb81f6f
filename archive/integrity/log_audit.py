"""Check a whole log against itself, its signatures, its timestamps and what outsiders hold."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archive.errors import ArchiveError, FixityError
from archive.findings import Finding, failed_finding, noted_finding, ok_finding
from archive.log import entries, keys, merkle, tiles, witness
from archive.log.checkpoints import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry, ErasedEntry
from archive.log.keys import KeyHistory
from archive.log.log import Log
from archive.log.merkle import Tree
from archive.log.signed_notes import Checkpoint, Note, PublicKey, parse_checkpoint
from archive.timestamps import opentimestamps, renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAnchors:
    """What a check may rely on that does not lie in the archive itself."""

    authorities: Mapping[str, bytes] = field(default_factory=dict)  # PEM roots by name
    anchors: Sequence[Note] = ()  # checkpoints kept elsewhere: mail, print, a partner
    witnesses: Sequence[PublicKey] = ()  # partners' keys
    key: PublicKey | None = None  # one of the log's keys, as it was once handed over


def audit_log(log: Log, trust: TrustAnchors, now: datetime) -> Iterator[Finding]:
    """Yield what is found: entries, keys, tiles, each checkpoint and token, each anchor."""
    tree, tokens = Tree(), dict[str, str]()
    try:
        history = yield from _entries(log, tree, tokens)
    except ArchiveError as error:
        yield failed_finding("log", "keys", str(error))
        return
    yield from _keys(log, history, trust)
    yield from _tiles(log.folder, tree)
    if log.torn:
        yield noted_finding("log", "entries", f"its last {log.torn} bytes are a torn line")
    yield from _checkpoints(log.checkpoints, tree, history, trust, now)
    yield from renewal.on_disk(log.checkpoints, tokens)
    yield from opentimestamps.check(log.checkpoints)
    for anchor in trust.anchors:
        yield _anchor(anchor, tree, history)


def _entries(log: Log, tree: Tree, tokens: dict[str, str]) -> Generator[Finding, None, KeyHistory]:
    """Build the tree, read the keys, and see that nothing was reduced without a record of it.

    `tokens` is filled with the digest of each timestamp token on record.
    """
    key_entries: list[tuple[int, Entry]] = []
    reduced: dict[int, bytes] = {}
    erasures: dict[int, str] = {}
    wrong = 0
    for index, line in enumerate(log.lines()):
        tree.append(entries.leaf_of(line))
        try:
            entry = entries.decode(line)
            if isinstance(entry, ErasedEntry):
                reduced[index] = entry.leaf
            elif entry.kind == keys.KIND:
                key_entries.append((index, entry))
            elif entry.kind == renewal.KIND:
                tokens[entry.text("token")] = entry.text("sha256")
            elif entry.kind == "erasure":
                erasures[entry.number("entry")] = entry.text("leaf")
        except ArchiveError as error:
            wrong += 1
            yield failed_finding(f"log entry {index}", "entries", str(error))
    for index, leaf in reduced.items():
        if erasures.get(index) != leaf.hex():
            wrong += 1
            detail = "only its leaf hash is left, and no erasure of it is on record"
            yield failed_finding(f"log entry {index}", "entries", detail)
    if not wrong:
        yield ok_finding(
            "log", "entries", f"{len(tree)} entries, {len(reduced)} of them erased on record"
        )
    return keys.history(key_entries)


def _keys(log: Log, history: KeyHistory, trust: TrustAnchors) -> Iterator[Finding]:
    held = [change.key for change in history.changes]
    if trust.key and trust.key not in held:
        yield failed_finding(
            "log", "keys", f"expected {trust.key.vkey} among its keys, found it nowhere"
        )
    for key in held:
        path = log.folder / "keys" / f"{key.id.hex()}.pem"
        if not path.exists() or path.read_bytes() != key.pem:
            yield failed_finding(
                f"keys/{path.name}", "keys", "not the public key that the log names"
            )
    yield ok_finding("log", "keys", f"{len(held)} in turn, each signed for by the one before")


def _tiles(folder: Path, tree: Tree) -> Iterator[Finding]:
    """Compare every tile on disk with the tree that the entries give."""
    count, base = 0, folder / "tile"
    for path in sorted(base.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        place = tiles.parse_path(name)
        if place is None:
            yield failed_finding(name, "tiles", "not a tile")
            continue
        level, number, width = place
        start = number << tiles.HEIGHT
        try:
            hashes = [tree.hash_at(level * tiles.HEIGHT, start + i) for i in range(width)]
        except IndexError:
            yield failed_finding(name, "tiles", "of a larger log than this one")
            continue
        count += 1
        if b"".join(hashes) != path.read_bytes():
            yield failed_finding(name, "tiles", "does not hold the hashes of the entries")
    yield ok_finding("log", "tiles", f"{count} compared")


def _checkpoints(
    held: Checkpoints, tree: Tree, history: KeyHistory, trust: TrustAnchors, now: datetime
) -> Iterator[Finding]:
    sizes = held.sizes()
    if not sizes:
        yield failed_finding("log", "checkpoints", "none: nothing vouches for this log")
    for size in sizes:
        name = held.path(size).name
        try:
            one = held.load(size)
            _agrees(one, tree, history)
        except ArchiveError as error:
            yield failed_finding(name, "checkpoint", str(error))
            continue
        yield ok_finding(
            name, "checkpoint", f"{size} entries, signed by {history.in_force(size).vkey}"
        )
        for seen in witness.cosignatures(one.note, trust.witnesses):
            yield ok_finding(name, "witness", f"seen by {seen.witness} at {seen.when.isoformat()}")
        yield from renewal.check(one, trust.authorities, now)
    yield from _current(held, sizes)


def _agrees(held: StoredCheckpoint, tree: Tree, history: KeyHistory) -> None:
    """FixityError unless a checkpoint is signed by the key in force and true of the entries."""
    name = held.path.name
    checkpoint = witness.opened(held.note, history.in_force(held.checkpoint.size))
    if held.path.stem != f"{checkpoint.size:012d}":
        raise FixityError(name, f"a checkpoint of {held.path.stem} entries", str(checkpoint.size))
    _true_of(name, checkpoint, tree)


def _true_of(name: str, checkpoint: Checkpoint, tree: Tree) -> None:
    if checkpoint.size > len(tree):
        raise FixityError(name, f"{checkpoint.size} entries", f"{len(tree)}: entries are missing")
    root = merkle.root(tree.hash_at, checkpoint.size)
    if root != checkpoint.root:
        raise FixityError(name, f"root {checkpoint.root.hex()}", root.hex())


def _current(held: Checkpoints, sizes: list[int]) -> Iterator[Finding]:
    """See that the file `checkpoint`, which outsiders read, is the newest one."""
    path = held.folder.parent / "checkpoint"
    if sizes and (not path.exists() or path.read_bytes() != held.path(sizes[-1]).read_bytes()):
        yield failed_finding("checkpoint", "checkpoint", f"not the one of {sizes[-1]} entries")


def _anchor(anchor: Note, tree: Tree, history: KeyHistory) -> Finding:
    """Judge this log by a checkpoint of it that was kept elsewhere."""
    name = "checkpoint kept elsewhere"
    try:
        checkpoint = parse_checkpoint(anchor)
        name = f"checkpoint of {checkpoint.size} entries kept elsewhere"
        if checkpoint.origin != history.origin:
            raise FixityError(name, f"log {history.origin}", f"log {checkpoint.origin}")
        _true_of(name, checkpoint, tree)
        witness.opened(anchor, history.in_force(checkpoint.size))
    except ArchiveError as error:
        return failed_finding(name, "anchor", str(error))
    return ok_finding(name, "anchor", "this log extends it")
