"""Check a WACZ file of ours: its manifest, and every record against the log that is inside it.

The format's own manifest only says that the parts belong together: whoever replaces a page can
rewrite it. The log inside is signed, so that cannot be.
"""

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from archive.errors import ArchiveError, FixityError, FormatError, StorageError
from archive.findings import Finding, Grade, failed_finding, ok_finding
from archive.log import entries, keys, merkle, witness
from archive.log.entries import Entry, ErasedEntry
from archive.log.merkle import Tree
from archive.log.signed_notes import PublicKey, parse_checkpoint, parse_note

ENTRIES, CHECKPOINT = "provenance/entries.jsonl", "provenance/checkpoint"


def warc_name(warc: str) -> str:
    """Return where a WARC file of an archive lies in a WACZ file."""
    return f"archive/{warc.replace('/', '-').lower()}"


def check(path: Path, key: PublicKey | None = None) -> Iterator[Finding]:
    """Yield what is found of the WACZ file at `path`; `key`: the archive's, if it is known."""
    try:
        with zipfile.ZipFile(path) as packed:
            found = [*_manifest(packed), *_log(packed, key), *_records(packed)]
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise FormatError(f"{path}: expected a WACZ file of ours, found: {error}") from error
    yield from found
    if not any(one.grade is Grade.FAILED for one in found):
        yield ok_finding(path.name, "wacz", "every record is as its log has it")


def _manifest(packed: zipfile.ZipFile) -> Iterator[Finding]:
    package = packed.read("datapackage.json")
    said = json.loads(packed.read("datapackage-digest.json"))
    if said["hash"] != f"sha256:{sha256(package).hexdigest()}":
        yield failed_finding("datapackage.json", "wacz", f"listed as {said['hash']}, found another")
    for resource in json.loads(package)["resources"]:
        found = f"sha256:{sha256(packed.read(resource['path'])).hexdigest()}"
        if found != resource["hash"]:
            detail = f"listed as {resource['hash']}, found {found}"
            yield failed_finding(resource["path"], "wacz", detail)


def _log(packed: zipfile.ZipFile, key: PublicKey | None) -> Iterator[Finding]:
    """Compare the entries with the signed checkpoint."""
    lines = packed.read(ENTRIES).splitlines()
    try:
        note = parse_note(packed.read(CHECKPOINT))
        size = parse_checkpoint(note).size
        read = ((index, entries.decode(line)) for index, line in enumerate(lines))
        history = keys.history(
            (index, entry)
            for index, entry in read
            if isinstance(entry, Entry) and entry.kind == keys.KIND
        )
        if key and key not in [change.key for change in history.changes]:
            raise FixityError(ENTRIES, f"the key {key.vkey}", history.current.vkey)
        checkpoint = witness.opened(note, history.in_force(size))
        tree = Tree(map(entries.leaf_of, lines[:size]))
        if len(tree) < size or merkle.root(tree.hash_at, size) != checkpoint.root:
            raise FixityError(ENTRIES, f"the {size} entries that were signed", "others")
    except ArchiveError as error:
        yield failed_finding(CHECKPOINT, "wacz", str(error))


def _records(packed: zipfile.ZipFile) -> Iterator[Finding]:
    held = {name: packed.read(name) for name in packed.namelist() if name.startswith("archive/")}
    covered = dict.fromkeys(held, 0)
    for line in packed.read(ENTRIES).splitlines():
        entry = entries.decode(line)
        if isinstance(entry, ErasedEntry) or not (warc := entry.text("warc")):
            continue
        name, start = warc_name(warc), entry.number("offset")
        data = held.get(name, b"")[start : start + entry.number("length")]
        covered[name] = covered.get(name, 0) + len(data)
        if sha256(data).hexdigest() != entry.text("warc_sha256"):
            what = entry.text("id") or entry.kind
            yield failed_finding(name, "wacz", f"byte {start}: {what} is not what was logged")
    erased = _erased(packed)
    for name, data in held.items():
        if covered[name] + erased.get(name, 0) != len(data):
            yield failed_finding(name, "wacz", "holds bytes that are in no entry of the log")


def _erased(packed: zipfile.ZipFile) -> dict[str, int]:
    """Return how many bytes of each WARC file are tombstones."""
    found: dict[str, int] = {}
    for line in packed.read(ENTRIES).splitlines():
        entry = entries.decode(line)
        if isinstance(entry, Entry) and entry.kind == "erasure":
            name = warc_name(entry.text("file"))
            found[name] = found.get(name, 0) + entry.number("bytes")
    return found
