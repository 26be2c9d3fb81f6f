"""Verify a WACZ file of ours: its manifest, and every record against the log inside it.

The format's own manifest only ties the parts together: an attacker who replaces a page can rewrite
it. The log inside is signed, so it cannot be rewritten.
"""

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from archive.errors import ArchiveError, FixityError, FormatError, StorageError
from archive.log import cosigning, entries, keys, merkle_proofs
from archive.log.entries import Entry, ErasedEntry
from archive.log.merkle_proofs import Tree
from archive.log.signed_notes import PublicKey, parse_checkpoint, parse_note
from archive.verification_finding import Finding, Grade, failed_finding, ok_finding

ENTRIES, CHECKPOINT = "provenance/entries.jsonl", "provenance/checkpoint"


def warc_member_name(warc: str) -> str:
    """Return the name, in a WACZ file, of an archive's WARC file."""
    return f"archive/{warc.replace('/', '-').lower()}"


def verify_wacz(path: Path, key: PublicKey | None = None) -> Iterator[Finding]:
    """Yield findings on the WACZ file at `path`; `key` is the archive's public key, if known."""
    try:
        with zipfile.ZipFile(path) as wacz:
            findings = [*_check_manifest(wacz), *_check_log(wacz, key), *_check_records(wacz)]
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise FormatError(f"{path}: expected a WACZ file of ours, found: {error}") from error
    yield from findings
    if not any(finding.grade is Grade.FAILED for finding in findings):
        yield ok_finding(path.name, "wacz", "every record has the digest in its log")


def _check_manifest(wacz: zipfile.ZipFile) -> Iterator[Finding]:
    package = wacz.read("datapackage.json")
    stated = json.loads(wacz.read("datapackage-digest.json"))
    if stated["hash"] != f"sha256:{sha256(package).hexdigest()}":
        yield failed_finding(
            "datapackage.json", "wacz", f"listed as {stated['hash']}, found another"
        )
    for resource in json.loads(package)["resources"]:
        digest = f"sha256:{sha256(wacz.read(resource['path'])).hexdigest()}"
        if digest != resource["hash"]:
            detail = f"listed as {resource['hash']}, found {digest}"
            yield failed_finding(resource["path"], "wacz", detail)


def _check_log(wacz: zipfile.ZipFile, key: PublicKey | None) -> Iterator[Finding]:
    """Compare the entries with the signed checkpoint."""
    lines = wacz.read(ENTRIES).splitlines()
    try:
        note = parse_note(wacz.read(CHECKPOINT))
        size = parse_checkpoint(note).size
        decoded = ((index, entries.decode(line)) for index, line in enumerate(lines))
        history = keys.key_history(
            (index, entry)
            for index, entry in decoded
            if isinstance(entry, Entry) and entry.kind == keys.KIND
        )
        if key and key not in [change.key for change in history.changes]:
            raise FixityError(ENTRIES, f"the key {key.vkey}", history.current.vkey)
        checkpoint = cosigning.verify_checkpoint(note, history.in_force(size))
        tree = Tree(map(entries.leaf_hash_of, lines[:size]))
        if len(tree) < size or merkle_proofs.root(tree.hash_at, size) != checkpoint.root:
            raise FixityError(ENTRIES, f"the {size} entries that were signed", "other entries")
    except ArchiveError as error:
        yield failed_finding(CHECKPOINT, "wacz", str(error))


def _check_records(wacz: zipfile.ZipFile) -> Iterator[Finding]:
    warcs = {name: wacz.read(name) for name in wacz.namelist() if name.startswith("archive/")}
    covered_bytes = dict.fromkeys(warcs, 0)
    for line in wacz.read(ENTRIES).splitlines():
        entry = entries.decode(line)
        if isinstance(entry, ErasedEntry) or not (warc := entry.text("warc")):
            continue
        name, start = warc_member_name(warc), entry.number("offset")
        data = warcs.get(name, b"")[start : start + entry.number("length")]
        covered_bytes[name] = covered_bytes.get(name, 0) + len(data)
        if sha256(data).hexdigest() != entry.text("warc_sha256"):
            label = entry.text("id") or entry.kind
            yield failed_finding(
                name, "wacz", f"byte {start}: {label} does not have the logged digest"
            )
    tombstones = _tombstone_bytes(wacz)
    for name, data in warcs.items():
        if covered_bytes[name] + tombstones.get(name, 0) != len(data):
            yield failed_finding(name, "wacz", "holds bytes that are in no entry of the log")


def _tombstone_bytes(wacz: zipfile.ZipFile) -> dict[str, int]:
    """Return how many bytes of each WARC file are tombstones."""
    totals: dict[str, int] = {}
    for line in wacz.read(ENTRIES).splitlines():
        entry = entries.decode(line)
        if isinstance(entry, Entry) and entry.kind == "erasure" and entry.text("file"):
            name = warc_member_name(entry.text("file"))
            totals[name] = totals.get(name, 0) + entry.number("bytes")
    return totals
