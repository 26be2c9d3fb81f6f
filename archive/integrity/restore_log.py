"""Restore the log's own files from a copy of the archive.

The copy is not trusted. A file of it is used only where this archive's own key authenticates it:
entries whose tree has the root of a checkpoint signed with that key (RFC 9162, section 2.1.1),
checkpoints with a valid signature, tokens with the digest in their entry.
"""

import logging
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from archive import atomic_files
from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveError, ArchiveFolderError
from archive.locks.log_lock import kept_lock
from archive.log import cosigning, entries, keys, merkle_proofs
from archive.log.checkpoint_files import Checkpoints, StoredCheckpoint
from archive.log.entries import Entry
from archive.log.entry_file import EntryFile
from archive.log.keys import KeyHistory
from archive.log.merkle_proofs import Tree
from archive.log.signed_log import Log
from archive.log.signed_notes import parse_note
from archive.timestamps import renewal
from archive.verification_finding import Finding, failed_finding, ok_finding

logger = logging.getLogger(__name__)


def restore_log(home: ArchiveFolder, copy: ArchiveFolder) -> Iterator[Finding]:
    """Restore entries, checkpoints, tokens, public keys and tiles that are damaged or missing.

    Yields a finding for each file that was restored or could not be. The archive's private key has
    to be present: it tells this log from a forged one.

    Raises:
        ArchiveFolderError: one of the two has no log.
        LockedError: another process is writing to this archive.
        StorageError: the disk refused.

    """
    for archive in (home, copy):
        if not (archive.log / "entries.jsonl").exists():
            raise ArchiveFolderError(f"{archive.log}: expected a log, found none")
    with kept_lock(home.log):
        yield from _restore_entries(home, copy)
        try:
            with Log.open_for_reading(home.log) as log:
                history, tree, tokens = _read_log(log)
        except ArchiveError as error:
            yield failed_finding("log", "repair", f"still damaged: {error}")
            return
        yield from _restore_checkpoints(home, copy, history, tree)
        yield from _restore_tokens(home, copy, tokens)
        _remove_tiles(home.log)
    with Log.open_for_writing(home.log, home.keys) as log:
        log.save_public_keys()
        log.checkpoint()


def remake_derived_files(home: ArchiveFolder) -> Iterator[Finding]:
    """Make anew, without a copy, what an archive has twice or can compute; yield findings.

    That is the newest checkpoint, which is there under two names, the tiles and the public keys.
    Nothing is signed: entries that differ from what was signed stay a FixityError.
    """
    yield from _restore_newest_checkpoint(home)
    with kept_lock(home.log):
        _remove_tiles(home.log)
    with Log.open_for_writing(home.log, home.keys) as log:
        log.publish_again()
    yield ok_finding("log", "repair", "tiles, public keys and checkpoint are made anew")


def _restore_newest_checkpoint(home: ArchiveFolder) -> Iterator[Finding]:
    """Restore the newest checkpoint, where it is damaged, from the file `checkpoint`."""
    checkpoints, copy = Checkpoints(home.log), home.log / "checkpoint"
    sizes = checkpoints.sizes()
    if not sizes or not copy.exists():
        return
    try:
        checkpoints.load(sizes[-1])
        return
    except ArchiveError:
        logger.info("log: the newest checkpoint is damaged")
    with atomic_files.storage_errors(copy):
        data = copy.read_bytes()
    path = checkpoints.path(sizes[-1])
    with Log.open_for_reading(home.log) as log:
        key = log.keys().in_force(sizes[-1])
    checkpoint = cosigning.verify_checkpoint(parse_note(data), key)
    if checkpoint.size == sizes[-1]:
        atomic_files.replace_file(path, data, mode=0o644)
        yield ok_finding(path.name, "repair", "restored from the file checkpoint")


def _restore_entries(home: ArchiveFolder, copy: ArchiveFolder) -> Iterator[Finding]:
    """Replace our entries by the copy's, up to the newest signed checkpoint."""
    signed = _newest_signed(home, copy)
    if signed is None:
        detail = "no checkpoint here or in the copy is signed with this archive's key"
        yield failed_finding("log", "repair", detail)
        return
    size, root = signed.checkpoint.size, signed.checkpoint.root
    own = home.log / "entries.jsonl"
    if _root_of_first(home.log, size) == root:
        return
    if _root_of_first(copy.log, size) != root:
        detail = f"the copy's first {size} entries are not those that this archive signed"
        yield failed_finding("log", "repair", detail)
        return
    lines = EntryFile(copy.log, writing=False)
    restored = b"".join(line + b"\n" for line in lines.lines(0, size))
    lines.close()
    with atomic_files.storage_errors(own):
        later = own.read_bytes()[len(restored) :]
    intact = _intact_entries(later)
    atomic_files.replace_file(own, restored + intact, mode=0o600)
    logger.info("log: restored %d entries", size)
    lost = f"; {len(later) - len(intact)} bytes after them were lost" if later != intact else ""
    yield ok_finding("entries.jsonl", "repair", f"{size} entries restored from {copy.root}{lost}")


def _newest_signed(home: ArchiveFolder, copy: ArchiveFolder) -> StoredCheckpoint | None:
    """Return the newest checkpoint, here or in the copy, that is signed with our private key."""
    newest: StoredCheckpoint | None = None
    for archive in (home, copy):
        for stored in _readable(Checkpoints(archive.log)):
            key = keys.load_public_key(home.keys / "log.pem", stored.checkpoint.origin)
            is_newer = newest is None or stored.checkpoint.size > newest.checkpoint.size
            if is_newer and stored.note.is_signed_by(key):
                newest = stored
    return newest


def _readable(checkpoints: Checkpoints) -> Iterator[StoredCheckpoint]:
    for size in checkpoints.sizes():
        try:
            yield checkpoints.load(size)
        except ArchiveError:
            continue  # `_restore_checkpoints` restores or reports it


def _root_of_first(folder: Path, size: int) -> bytes:
    """Return the root of the first `size` entries in a log's folder; b"" where there are fewer."""
    lines = EntryFile(folder, writing=False)
    try:
        if len(lines) < size:
            return b""
        tree = Tree()
        for line in lines.lines(0, size):
            tree.append(entries.leaf_hash_of(line))
        return merkle_proofs.root(tree.hash_at, size)
    finally:
        lines.close()


def _intact_entries(data: bytes) -> bytes:
    """Return the complete, valid entries at the beginning of `data`."""
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


def _read_log(log: Log) -> tuple[KeyHistory, Tree, dict[str, str]]:
    """Return the keys, the tree and the tokens' digests that a log's entries give."""
    tree, tokens = Tree(), dict[str, str]()
    for line in log.lines():
        tree.append(entries.leaf_hash_of(line))
        entry = entries.decode(line)
        if isinstance(entry, Entry) and entry.kind == renewal.KIND:
            tokens[entry.text("token")] = entry.text("sha256")
    return log.keys(), tree, tokens


def _restore_checkpoints(
    home: ArchiveFolder, copy: ArchiveFolder, history: KeyHistory, tree: Tree
) -> Iterator[Finding]:
    """Restore the checkpoints that are missing or not as the log signed them."""
    own, theirs = Checkpoints(home.log), Checkpoints(copy.log)
    for size in sorted({*own.sizes(), *theirs.sizes()}):
        name = own.path(size).name
        if _is_valid(own, size, history, tree):
            continue
        if _is_valid(theirs, size, history, tree):
            atomic_files.replace_file(own.path(size), theirs.load(size).data, mode=0o644)
            logger.info("log: restored the checkpoint %s", name)
            yield ok_finding(name, "repair", f"restored from {copy.root}")
        elif own.path(size).exists():
            yield failed_finding(name, "repair", "the copy does not have it either")


def _is_valid(checkpoints: Checkpoints, size: int, history: KeyHistory, tree: Tree) -> bool:
    """Return whether the checkpoint of `size` entries exists, is signed and has the tree's root."""
    if not checkpoints.path(size).exists() or size > len(tree):
        return False
    try:
        stored = checkpoints.load(size)
        checkpoint = cosigning.verify_checkpoint(stored.note, history.in_force(size))
    except ArchiveError:
        return False
    root = merkle_proofs.root(tree.hash_at, size)
    stated = checkpoint.origin, checkpoint.size, checkpoint.root
    return stated == (history.origin, size, root)


def _restore_tokens(
    home: ArchiveFolder, copy: ArchiveFolder, recorded: dict[str, str]
) -> Iterator[Finding]:
    """Restore the timestamp tokens that are missing or not as they were received."""
    for name, digest in recorded.items():
        own, theirs = (Checkpoints(archive.log).folder / name for archive in (home, copy))
        if _digest(own) == digest:
            continue
        if _digest(theirs) == digest:
            atomic_files.replace_file(own, theirs.read_bytes(), mode=0o644)
            logger.info("log: restored the timestamp %s", name)
            yield ok_finding(name, "repair", f"restored from {copy.root}")
        else:
            yield failed_finding(name, "repair", "the copy does not have it either")


def _digest(path: Path) -> str:
    with atomic_files.storage_errors(path):
        return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _remove_tiles(log: Path) -> None:
    """Remove the tiles: they are derived from the entries again at the next open."""
    with atomic_files.storage_errors(log):
        if (log / "tile").exists():
            rmtree(log / "tile")
            logger.debug("log: removed the tiles")
