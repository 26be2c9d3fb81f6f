"""Attacks on an archive and what detects them: `python -m tests.trust.attacks` prints a table.

The archive has 60 captures in several WARC files, three checkpoints, tokens of an authority over
two of them, and a checkpoint that a partner kept. An attacker may change every file, and has the
key where the attack's name says so.
"""

import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveError
from archive.integrity.fixity import CheckScope, check
from archive.integrity.log_audit import TrustAnchors
from archive.log import entries, keys, merkle_proofs
from archive.log.signed_log import Log
from archive.log.signed_notes import Checkpoint, Note, PublicKey, parse_note
from archive.models import Capture
from archive.timestamps import authorities, renewal, rfc3161
from archive.verification_finding import Finding, Grade
from tests.support.evidence_packs import (
    VerifierResult,
    make_pack,
    verify_with_python,
    verify_with_shell,
)
from tests.support.timestamp_authority import post, serving
from tests.support.whole_archives import (
    METADATA,
    ORIGIN,
    Archive,
    flip_bit,
    list_warc_files,
    make_exchange,
    overwrite,
)

NOW = datetime.now(UTC)
Act = Callable[["Victim"], None]


@dataclass(frozen=True)
class Victim:
    """An archive that is attacked, and what others hold of it."""

    home: ArchiveFolder
    pack: Path
    kept_checkpoint: Note  # the checkpoint that a partner kept
    older: Path  # the whole archive, as it was a week before
    key: PublicKey

    def copy(self, folder: Path) -> "Victim":
        """Return a copy, to be attacked."""
        root = Path(shutil.copytree(self.home.root, folder / "archive"))
        pack = Path(shutil.copytree(self.pack, folder / "pack"))
        return Victim(ArchiveFolder(root), pack, self.kept_checkpoint, self.older, self.key)

    @property
    def log(self) -> Path:
        return self.home.log

    @property
    def lines(self) -> list[bytes]:
        return (self.log / "entries.jsonl").read_bytes().splitlines()

    def rewrite(self, lines: list[bytes]) -> None:
        """Change the log's entries, and remove what is derived from them."""
        (self.log / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
        shutil.rmtree(self.log / "tile", ignore_errors=True)

    def resign(self) -> None:
        """Sign the log as it is now at every old size, with the archive's own key."""
        folder = self.log / "checkpoints"
        notes = sorted(folder.glob("*.note"))
        for note in notes:
            note.unlink()
        key = keys.load_key(self.home.keys / "log.pem")
        with Log.open_for_writing(self.log, self.home.keys) as log:
            for size in (int(note.stem) for note in notes):
                if size <= len(log):
                    root = merkle_proofs.root(log.tree.hash_at, size)
                    note = Note(Checkpoint(ORIGIN, size, root).text)
                    log.checkpoints.save(note.sign(key, ORIGIN))
            log.checkpoint()


def build(folder: Path) -> Victim:
    """Return an archive with a history."""
    older = folder / "older"
    with serving(folder / "tsa") as authority:
        with Archive(folder / "archive", max_file_bytes=20_000) as archive:
            archive.hold(*range(30))
            authorities.add(archive.home.log, authority)
            _stamp(archive, authority)
        shutil.copytree(archive.home.root, older)
        with Archive(folder / "archive", max_file_bytes=20_000) as archive:
            captures = [
                archive.store.add(make_exchange(number), METADATA) for number in range(30, 60)
            ]
            _stamp(archive, authority)
            pack = _pack(archive, captures[7], folder / "pack")
    kept_checkpoint = parse_note((archive.home.log / "checkpoint").read_bytes())
    with Log.open_for_reading(archive.home.log) as log:
        key = log.keys().current
    return Victim(archive.home, pack, kept_checkpoint, older, key)


def _stamp(archive: Archive, authority: authorities.Authority) -> None:
    archive.log.checkpoint()
    requests = renewal.pending_requests(archive.log.checkpoints, [authority], NOW)
    findings = renewal.obtain_timestamps(archive.log, requests, post, NOW)
    assert [finding.grade for finding in findings] == [Grade.OK]


def _pack(archive: Archive, capture: Capture, out: Path) -> Path:
    return make_pack(archive.home, archive.log, capture, out)


def verify(victim: Victim, *, elsewhere: bool) -> list[Finding]:
    """Return the faults that verification finds, with `elsewhere` also by what others hold."""
    try:
        trust = TrustAnchors(authorities=authorities.roots(victim.log))
        if elsewhere:
            trust = TrustAnchors(
                authorities=trust.authorities, anchors=[victim.kept_checkpoint], key=victim.key
            )
        findings = check(victim.home, trust=trust, now=NOW, scope=CheckScope())
        return [finding for finding in findings if finding.grade is Grade.FAILED]
    except ArchiveError as error:
        return [Finding(object="log", check="log", grade=Grade.FAILED, detail=str(error))]


def bit_in(pattern: str) -> Act:
    def act(victim: Victim) -> None:
        rng = random.Random(pattern)
        path = rng.choice(sorted(p for p in victim.home.root.glob(pattern) if p.is_file()))
        flip_bit(path, rng.randrange(path.stat().st_size), rng.randrange(8))

    return act


def record_and_entry(victim: Victim) -> None:
    with Log.open_for_reading(victim.log) as log:
        entry = log.entry(9)
    assert isinstance(entry, entries.Entry)
    path, start = victim.home.warc / entry.text("warc"), entry.number("offset")
    flip_bit(path, start + 50)
    changed = sha256(path.read_bytes()[start : start + entry.number("length")]).hexdigest()
    logged = entry.text("warc_sha256").encode()
    victim.rewrite([line.replace(logged, changed.encode()) for line in victim.lines])


def lines(change: Callable[[list[bytes]], list[bytes]], *, key: bool = False) -> Act:
    def act(victim: Victim) -> None:
        victim.rewrite(change(victim.lines))
        if key:
            victim.resign()

    return act


def another_url(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"ruritania.example/17", b"ruritania.example/71") for line in lines]


def without_tokens(victim: Victim) -> None:
    """Rewrite the log with the key, and remove every timestamp token and its entry."""
    victim.rewrite(
        [line for line in another_url(victim.lines) if b'"kind":"timestamp"' not in line]
    )
    for token in (victim.log / "checkpoints").glob("*.tsr"):
        token.unlink()
    victim.resign()


def new_key(victim: Victim) -> None:
    """Create a new log with the attacker's key, over the same captures."""
    old = [entries.decode(line) for line in victim.lines]
    shutil.rmtree(victim.log)
    shutil.rmtree(victim.home.keys)
    with Log.create(victim.log, victim.home.keys, origin=ORIGIN, when=NOW) as log:
        log.append(
            [entry for entry in old if isinstance(entry, entries.Entry) and entry.text("warc")]
        )
        log.checkpoint()


def rolled_back(victim: Victim) -> None:
    shutil.rmtree(victim.home.root)
    shutil.copytree(victim.older, victim.home.root)


def log_rolled_back(victim: Victim) -> None:
    shutil.rmtree(victim.log)
    shutil.copytree(victim.older / "log", victim.log)


def foreign_checkpoint(victim: Victim) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with Archive(Path(folder) / "other") as other:
            other.hold(*range(80))
        note = (other.home.log / "checkpoint").read_bytes()
    newest = sorted((victim.log / "checkpoints").glob("*.note"))[-1]
    newest.write_bytes(note)
    (victim.log / "checkpoint").write_bytes(note)


def renamed(victim: Victim) -> None:
    path = list_warc_files(victim.home)[1]
    path.rename(path.with_name("onrecord-20200101000000-00000000.warc.gz"))


def truncated(victim: Victim) -> None:
    path = list_warc_files(victim.home)[1]
    overwrite(path, path.read_bytes()[:-100])


def older_copy(victim: Victim) -> None:
    """Replace a file by its state before its last capture."""
    path = list_warc_files(victim.home)[1]
    with Log.open_for_reading(victim.log) as log:
        *_, (_, entry) = log.find("warc", path.relative_to(victim.home.warc).as_posix())
    overwrite(path, path.read_bytes()[: entry.number("offset")])


def untrusted(victim: Victim) -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "x", "local") as other:
        note = sorted((victim.log / "checkpoints").glob("*.note"))[0]
        token = next((victim.log / "checkpoints").glob(f"{note.stem}*.tsr"), None)
        token = token or sorted((victim.log / "checkpoints").glob("*.tsr"))[0]
        subject = token.with_name(f"{token.name.partition('.')[0]}.note")
        token.write_bytes(rfc3161.request_timestamp(other, subject.read_bytes(), post))


@dataclass(frozen=True)
class Attack:
    name: str
    act: Act
    elsewhere: bool = False  # detected only with what others hold


ATTACKS = (
    *(
        Attack(f"one bit in {file}", bit_in(pattern))
        for file, pattern in (
            ("a WARC file", "warc/**/*.warc.gz"),
            ("the log's entries", "log/entries.jsonl"),
            ("a tile", "log/tile/**/*"),
            ("a checkpoint", "log/checkpoints/*.note"),
            ("the newest checkpoint", "log/checkpoint"),
            ("a timestamp token", "log/checkpoints/*.tsr"),
            ("a public key", "log/keys/*.pem"),
        )
    ),
    Attack("a record and its entry, changed together", record_and_entry),
    Attack("an entry removed", lines(lambda lines: lines[:20] + lines[21:])),
    Attack("the newest entry removed", lines(lambda lines: lines[:-1])),
    Attack("an entry inserted", lines(lambda lines: [*lines[:20], lines[5], *lines[20:]])),
    Attack(
        "entries reordered", lines(lambda lines: [*lines[:20], lines[21], lines[20], *lines[22:]])
    ),
    Attack("the log rolled back a week", log_rolled_back),
    Attack("the whole archive rolled back a week", rolled_back, elsewhere=True),
    Attack("the log rebuilt without the key", new_key, elsewhere=True),
    Attack("the log rewritten with the key", lines(another_url, key=True)),
    Attack("the same, its tokens removed too", without_tokens, elsewhere=True),
    Attack("a checkpoint of another archive", foreign_checkpoint),
    Attack("a WARC file renamed", renamed),
    Attack("a WARC file cut short", truncated),
    Attack("a WARC file replaced by an older copy", older_copy),
    Attack("a token of an authority that is not trusted", untrusted),
)


def _pack_bit(victim: Victim) -> None:
    flip_bit(victim.pack / "page.captured", 20)


def _pack_list(victim: Victim) -> None:
    flip_bit(victim.pack / "statement.txt", 2)
    names = [line[66:] for line in (victim.pack / "SHA256SUMS").read_text().splitlines()]
    sums = (f"{sha256((victim.pack / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (victim.pack / "SHA256SUMS").write_text("".join(sums))


PACK_ATTACKS: tuple[tuple[str, Act], ...] = (
    ("one byte of a pack", _pack_bit),
    ("a pack with its list of digests rewritten", _pack_list),
)


def first_fault(victim: Victim, attack: Attack) -> str:
    """Attack a copy; return the first fault that verification finds, "" for none."""
    with tempfile.TemporaryDirectory() as folder:
        copy = victim.copy(Path(folder))
        attack.act(copy)
        alone = verify(copy, elsewhere=False)
        faults = alone or verify(copy, elsewhere=True)
        if bool(alone) == attack.elsewhere:
            return ""
    return f"{faults[0].object}: {faults[0].detail}" if faults else ""


def verify_attacked_pack(victim: Victim, act: Act) -> tuple[VerifierResult, VerifierResult]:
    with tempfile.TemporaryDirectory() as folder:
        copy = victim.copy(Path(folder))
        act(copy)
        return verify_with_shell(copy.pack), verify_with_python(copy.pack)


def main() -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        victim = build(Path(folder))
        assert verify(victim, elsewhere=True) == []
        rows = [
            (
                attack.name,
                "others" if attack.elsewhere else "verify",
                first_fault(victim, attack),
            )
            for attack in ATTACKS
        ]
        for name, act in PACK_ATTACKS:
            shell, _ = verify_attacked_pack(victim, act)
            rows.append((name, "verify.sh", "" if shell.verified else shell.text.splitlines()[-1]))
    for name, checker, fault in rows:
        missed += not fault
        line = f"{name:<44} {checker:<9} {'caught: ' + fault[:90] if fault else 'NOT CAUGHT'}"
        sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.write(f"{len(rows)} attacks, {len(rows) - missed} caught\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
