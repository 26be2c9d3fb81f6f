"""Attacks on a log, each of which an audit must name."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.integrity.log_audit import TrustAnchors, audit_log
from archive.log import entries, keys, merkle_proofs, signed_notes
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.log.signed_notes import Checkpoint, Note, parse_note
from archive.timestamps import renewal
from archive.verification_finding import Finding
from tests.support.filled_logs import NOON, ORIGIN, capture, faults, new_log, reopened
from tests.support.timestamp_authority import post, serving

Lines = list[bytes]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Hold a log with three checkpoints, of 1, 301 and 601 entries."""
    with new_log(tmp_path, captures=300) as log:
        log.append([capture(number) for number in range(300, 600)])
        log.checkpoint()
    return tmp_path


def rewrite(home: Path, change: Callable[[Lines], Lines]) -> None:
    """Change the lines of the log as an attacker would, who also removes all caches."""
    path = home / "log/entries.jsonl"
    lines = change(path.read_bytes().splitlines())
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    shutil.rmtree(home / "log/tile")


def resign(home: Path) -> None:
    """Sign the changed log anew, as only the holder of the key can, at all the old sizes."""
    folder = home / "log/checkpoints"
    sizes = sorted(int(note.stem) for note in folder.glob("*.note"))
    shutil.rmtree(folder)
    key = keys.load_key(home / "keys/log.pem")
    with reopened(home) as log:
        for size in (size for size in sizes if size < len(log)):
            root = merkle_proofs.root(log.tree.hash_at, size)
            log.checkpoints.save(Note(Checkpoint(ORIGIN, size, root).text).sign(key, ORIGIN))
        log.checkpoint()


def describe(findings: list[Finding]) -> str:
    return "\n".join(f"{finding.object}: {finding.detail}" for finding in findings)


def edit(lines: Lines) -> Lines:
    return [line.replace(b"ruritania.example/40", b"ruritania.example/41") for line in lines]


ATTACKS: dict[str, Callable[[Lines], Lines]] = {
    "edited": edit,
    "removed": lambda lines: lines[:40] + lines[41:],
    "removed at the end": lambda lines: lines[:-1],
    "inserted": lambda lines: [*lines[:40], entries.encode(capture(9999)), *lines[40:]],
    "reordered": lambda lines: [*lines[:40], lines[41], lines[40], *lines[42:]],
    "rolled back a week": lambda lines: lines[:301],
    "reduced without an erasure": lambda lines: [
        *lines[:40],
        entries.erased_form(lines[40]),
        *lines[41:],
    ],
}


def test_an_unchanged_log_has_no_faults(home: Path) -> None:
    assert faults(home) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_log_contradicts_what_it_signed(home: Path, attack: str) -> None:
    rewrite(home, ATTACKS[attack])

    faults_found = describe(faults(home))

    assert ("000000000601.note" in faults_found) or ("the log has no erasure of it" in faults_found)


@pytest.mark.parametrize("attack", [name for name in ATTACKS if "reduced" not in name])
def test_a_log_rewritten_by_its_own_keeper_contradicts_a_checkpoint_kept_elsewhere(
    home: Path, attack: str
) -> None:
    saved = parse_note((home / "log/checkpoint").read_bytes())
    rewrite(home, ATTACKS[attack])
    resign(home)
    assert faults(home) == []

    faults_found = describe(faults(home, TrustAnchors(anchors=[saved])))

    assert "checkpoint of 601 entries kept elsewhere" in faults_found


def test_a_log_rewritten_by_its_own_keeper_contradicts_its_timestamps(home: Path) -> None:
    now = datetime.now(UTC)
    with serving(home / "tsa") as authority, reopened(home) as log:
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [authority], now), post, now
        )
        log.checkpoint()
    trust = TrustAnchors(authorities={authority.name: authority.roots})
    token = home / "log/checkpoints/000000000601.local.tsr"
    saved = token.read_bytes()
    assert faults(home, trust, now) == []

    rewrite(home, edit)
    resign(home)
    token.write_bytes(saved)

    assert "000000000601.local.tsr: " in describe(faults(home, trust, now))


def test_a_token_that_is_gone_or_changed_is_describe(home: Path) -> None:
    now = datetime.now(UTC)
    with serving(home / "tsa") as authority, reopened(home) as log:
        renewal.obtain_timestamps(
            log, renewal.pending_requests(log.checkpoints, [authority], now), post, now
        )
        log.checkpoint()
    trust = TrustAnchors(authorities={authority.name: authority.roots})
    token = home / "log/checkpoints/000000000601.local.tsr"
    saved = token.read_bytes()

    for position in range(0, len(saved), 41):
        token.write_bytes(saved[:position] + bytes([saved[position] ^ 1]) + saved[position + 1 :])
        assert "000000000601.local.tsr: " in describe(faults(home, trust, now))
    token.unlink()
    assert "000000000601.local.tsr: missing" in describe(faults(home, trust, now))


def test_a_log_rebuilt_without_the_key_is_describe(home: Path) -> None:
    saved = signed_notes.parse_key(vkey(home))
    for folder in ("log", "keys"):
        shutil.rmtree(home / folder)
    new_log(home, captures=600).close()

    assert faults(home) == []
    assert f"expected {saved.vkey} among its keys" in describe(
        faults(home, TrustAnchors(key=saved))
    )


def vkey(home: Path) -> str:
    first = (home / "log/entries.jsonl").read_bytes().splitlines()[0]
    return str(json.loads(first)["vkey"])


def test_a_checkpoint_signed_with_a_strangers_key_is_describe(home: Path) -> None:
    path = home / "log/checkpoints/000000000601.note"
    text = parse_note(path.read_bytes()).text
    path.write_bytes(Note(text).sign(keys.new_key(), ORIGIN).encode())

    faults_found = describe(faults(home))

    assert (
        "000000000601.note: checkpoint of 601 entries: recorded as a signature by" in faults_found
    )


def test_a_checkpoint_of_another_archive_is_describe(home: Path, tmp_path: Path) -> None:
    with new_log(tmp_path / "other", captures=600) as other:
        foreign = other.checkpoint()
    (home / "log/checkpoints/000000000601.note").write_bytes(foreign.data)

    assert "000000000601.note" in describe(faults(home))
    assert "kept elsewhere" in describe(faults(home, TrustAnchors(anchors=[foreign.note])))


def test_a_checkpoint_under_another_size_is_describe(home: Path) -> None:
    folder = home / "log/checkpoints"
    shutil.copy(folder / "000000000301.note", folder / "000000000400.note")

    assert "000000000400.note: recorded as a checkpoint of 000000000400" in describe(faults(home))


def test_a_log_without_checkpoints_is_a_fault(home: Path) -> None:
    shutil.rmtree(home / "log/checkpoints")

    assert "the log is not signed" in describe(faults(home))


@pytest.mark.parametrize(
    "file",
    [
        "checkpoint",
        "entries.jsonl",
        "checkpoints/000000000001.note",
        "checkpoints/000000000301.note",
        "tile/0/000",
        "tile/0/002.p/89",
        "tile/1/000.p/2",
        "keys/*.pem",
    ],
)
@pytest.mark.parametrize("fraction", [0.0, 0.31, 0.77, 0.999])
def test_one_bit_in_any_file_of_the_log_is_found(home: Path, file: str, fraction: float) -> None:
    (path,) = (home / "log").glob(file)
    data = bytearray(path.read_bytes())
    data[int(fraction * len(data))] ^= 4
    path.write_bytes(data)

    assert faults(home)


@pytest.mark.parametrize("name", ["tile/0/009", "tile/0/note.txt", "tile/0/003"])
def test_a_file_that_is_no_tile_of_this_log_is_describe(home: Path, name: str) -> None:
    (home / "log" / name).write_bytes(bytes(32 * 256))

    assert name in describe(faults(home))


def test_an_entry_with_a_logged_erasure_is_no_fault(home: Path) -> None:
    with reopened(home) as log:
        leaf = entries.leaf_hash_of(log.line(40)).hex()
        facts = {"entry": 40, "leaf": leaf, "reason": "asked by the person"}
        log.append([Entry(kind="erasure", when=NOON, facts=facts)])
        log.erase_entry(40)
        log.checkpoint()

    assert faults(home) == []
    assert b'ministry.ruritania.example/39"' not in (home / "log/entries.jsonl").read_bytes()


def test_an_erasure_interrupted_after_its_entry_is_completed(home: Path) -> None:
    with reopened(home) as log:
        leaf = entries.leaf_hash_of(log.line(40)).hex()
        log.append([Entry(kind="erasure", when=NOON, facts={"entry": 40, "leaf": leaf})])

    reopened(home).close()

    assert b'ministry.ruritania.example/39"' not in (home / "log/entries.jsonl").read_bytes()
    assert faults(home) == []


def test_what_a_witness_saw_is_reported(home: Path) -> None:
    partner = keys.new_key()
    path = home / "log/checkpoints/000000000601.note"
    note = parse_note(path.read_bytes()).cosign(partner, "partner.example", NOON)
    path.write_bytes(note.encode())
    (home / "log/checkpoint").write_bytes(note.encode())
    trust = TrustAnchors(
        witnesses=[signed_notes.public_key(partner, "partner.example", signed_notes.WITNESS_KEY)]
    )

    with Log.open_for_reading(home / "log") as log:
        faults_found = describe(
            [finding for finding in audit_log(log, trust, NOON) if finding.check == "witness"]
        )

    assert faults_found == "000000000601.note: seen by partner.example at 2026-11-22T12:00:00+00:00"
