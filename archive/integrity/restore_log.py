"""Put right the log's own files from a copy of the archive.

The copy is not believed. What it offers is taken only where this archive's own key vouches for it:
entries whose tree has the root of a checkpoint signed with that key (RFC 9162, section 2.1.1),
checkpoints by their signature, tokens by the digest that an entry has of them.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveError, ArchiveFolderError
from archive.findings import Finding, failed_finding, ok_finding
from archive.log import entries, keys, merkle, witness
from archive.log.checkpoints import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry
from archive.log.entry_file import EntryFile
from archive.log.keys import KeyHistory
from archive.log.log import Log, locked
from archive.log.merkle import Tree
from archive.timestamps import renewal


def restore_log(home: ArchiveFolder, copy: ArchiveFolder) -> Iterator[Finding]:
    """Restore entries, checkpoints, tokens, public keys and tiles that are not as they were signed.

    Yields a finding for each file that was restored or could not be. The archive's private key has
    to be there: it tells this log from a forged one.

    Raises:
        HomeError: one of the two has no log.
        LockedError: another process is writing to this archive.
        StorageError: the disk refused.

    """
    for one in (home, copy):
        if not (one.log / "entries.jsonl").exists():
            raise ArchiveFolderError(f"{one.log}: expected a log, found none")
    with locked(home.log):
        yield from _entries(home, copy)
        try:
            with Log.reading(home.log) as log:
                history, tree, tokens = _known(log)
        except ArchiveError as error:
            yield failed_finding("log", "repair", f"still not as it was signed: {error}")
            return
        yield from _checkpoints(home, copy, history, tree)
        yield from _tokens(home, copy, tokens)
        _forget_tiles(home.log)
    with Log.writing(home.log, home.keys) as log:
        log.save_public_keys()
        log.checkpoint()


def _entries(home: ArchiveFolder, copy: ArchiveFolder) -> Iterator[Finding]:
    """Put the copy's entries in place of ours, as far as the newest signed checkpoint reaches."""
    signed = _newest_signed(home, copy)
    if signed is None:
        detail = "no checkpoint here or in the copy is signed with this archive's key"
        yield failed_finding("log", "repair", detail)
        return
    size, root = signed.checkpoint.size, signed.checkpoint.root
    own = home.log / "entries.jsonl"
    if _root_of(home.log, size) == root:
        return
    if _root_of(copy.log, size) != root:
        detail = f"the copy's first {size} entries are not those that this archive signed"
        yield failed_finding("log", "repair", detail)
        return
    lines = EntryFile(copy.log, writing=False)
    good = b"".join(line + b"\n" for line in lines.lines(0, size))
    lines.close()
    with atomic_files.storage_errors(own):
        later = own.read_bytes()[len(good) :]
    kept = _whole(later)
    atomic_files.replace_file(own, good + kept, mode=0o600)
    lost = f"; {len(later) - len(kept)} bytes after them were lost" if later != kept else ""
    yield ok_finding("entries.jsonl", "repair", f"{size} entries restored from {copy.root}{lost}")


def _newest_signed(home: ArchiveFolder, copy: ArchiveFolder) -> StoredCheckpoint | None:
    """Return the newest checkpoint, here or in the copy, that our private key's holder signed."""
    found: StoredCheckpoint | None = None
    for one in (home, copy):
        for held in _readable(Checkpoints(one.log)):
            key = keys.key_of(home.keys / "log.pem", held.checkpoint.origin)
            newer = found is None or held.checkpoint.size > found.checkpoint.size
            if newer and held.note.signed_by(key):
                found = held
    return found


def _readable(checkpoints: Checkpoints) -> Iterator[StoredCheckpoint]:
    for size in checkpoints.sizes():
        try:
            yield checkpoints.load(size)
        except ArchiveError:
            continue  # what cannot be read is restored, or reported, by `_checkpoints`


def _root_of(folder: Path, size: int) -> bytes:
    """Return the root of the first `size` entries in a log's folder; b"" where there are fewer."""
    lines = EntryFile(folder, writing=False)
    try:
        if len(lines) < size:
            return b""
        tree = Tree()
        for line in lines.lines(0, size):
            tree.append(entries.leaf_of(line))
        return merkle.root(tree.hash_at, size)
    finally:
        lines.close()


def _whole(data: bytes) -> bytes:
    """Return the whole entries at the beginning of `data`."""
    end = 0
    for line in data.splitlines(keepends=True):
        try:
            entries.decode(line.rstrip(b"\n"))
        except ArchiveError:
            break
        if not line.endswith(b"\n"):
            break
        end += len(line)
    return data[:end]


def _known(log: Log) -> tuple[KeyHistory, Tree, dict[str, str]]:
    """Return the keys, the tree and the tokens' digests that a log's entries give."""
    tree, tokens = Tree(), dict[str, str]()
    for line in log.lines():
        tree.append(entries.leaf_of(line))
        entry = entries.decode(line)
        if isinstance(entry, Entry) and entry.kind == renewal.KIND:
            tokens[entry.text("token")] = entry.text("sha256")
    return log.keys(), tree, tokens


def _checkpoints(
    home: ArchiveFolder, copy: ArchiveFolder, history: KeyHistory, tree: Tree
) -> Iterator[Finding]:
    """Restore the checkpoints that are gone or are not what the log signed."""
    own, theirs = Checkpoints(home.log), Checkpoints(copy.log)
    for size in sorted({*own.sizes(), *theirs.sizes()}):
        name = own.path(size).name
        if _true(own, size, history, tree):
            continue
        if _true(theirs, size, history, tree):
            atomic_files.replace_file(own.path(size), theirs.load(size).data, mode=0o644)
            yield ok_finding(name, "repair", f"restored from {copy.root}")
        elif own.path(size).exists():
            yield failed_finding(name, "repair", "the copy does not have it either")


def _true(held: Checkpoints, size: int, history: KeyHistory, tree: Tree) -> bool:
    """Say whether the checkpoint of `size` entries is there, signed, and true of the tree."""
    if not held.path(size).exists() or size > len(tree):
        return False
    try:
        found = held.load(size)
        checkpoint = witness.opened(found.note, history.in_force(size))
    except ArchiveError:
        return False
    root = merkle.root(tree.hash_at, size)
    said = checkpoint.origin, checkpoint.size, checkpoint.root
    return said == (history.origin, size, root)


def _tokens(
    home: ArchiveFolder, copy: ArchiveFolder, recorded: dict[str, str]
) -> Iterator[Finding]:
    """Restore the timestamp tokens that are gone or are not as they were received."""
    for name, digest in recorded.items():
        own, theirs = (Checkpoints(one.log).folder / name for one in (home, copy))
        if _digest(own) == digest:
            continue
        if _digest(theirs) == digest:
            atomic_files.replace_file(own, theirs.read_bytes(), mode=0o644)
            yield ok_finding(name, "repair", f"restored from {copy.root}")
        else:
            yield failed_finding(name, "repair", "the copy does not have it either")


def _digest(path: Path) -> str:
    with atomic_files.storage_errors(path):
        return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _forget_tiles(log: Path) -> None:
    """Remove the tiles: they are made again from the entries at the next opening."""
    with atomic_files.storage_errors(log):
        if (log / "tile").exists():
            rmtree(log / "tile")
