import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from archive.catalogue import capture_queries, remove_captures, schema, version_queries, write_rows
from archive.catalogue.database import transaction
from archive.errors import FixityError, FormatError, UnknownNameError
from archive.integrity import erase_records
from archive.integrity.erase_records import Erasure
from archive.integrity.tombstone import make_tombstone
from archive.log import entries
from archive.log.signed_log import Log
from archive.models import Capture
from archive.sharing import encryption
from archive.warc.read_exchanges import read_exchanges
from archive.warc.record_reader import read_records
from tests.support.builders import day, make_capture, make_reading
from tests.support.evidence_packs import archive_with_pack, verify_with_shell
from tests.support.whole_archives import (
    NOON,
    Archive,
    fill_archive,
    flip_bit,
    list_faults,
    list_warc_files,
)

LEAF = "ab" * 32


def erase_capture(archive: Archive, capture: Capture, **options: object) -> list[Erasure]:
    archive.store.close()
    planned = erase_records.plan_erasure(archive.log, [capture.id])
    erase_records.erase_records(
        archive.home,
        archive.log,
        planned,
        reason="asked by the person",
        who="keeper",
        when=NOON,
        **options,  # type: ignore[arg-type]
    )
    return planned


def test_the_words_are_gone_and_everything_else_is_intact(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        captures = archive.hold(*range(6))
        erase_capture(archive, captures[3])

    assert list_faults(archive.home, deep=True) == []
    urls = [
        exchange.url for path in list_warc_files(archive.home) for exchange in read_exchanges(path)
    ]
    assert "https://mfa.ruritania.example/3" not in urls
    assert len(urls) == 5
    for path in archive.home.root.rglob("*"):
        if path.is_file():
            assert b"mfa.ruritania.example/3" not in path.read_bytes()


def test_a_proof_of_another_capture_still_verifies(tmp_path: Path) -> None:
    archive, proved, pack = archive_with_pack(tmp_path)
    with archive:
        others = [
            exchange.id
            for path in list_warc_files(archive.home)
            for exchange in read_exchanges(path)
        ]
        erased = next(name for name in others if name != proved.id)
        archive.store.close()
        planned = erase_records.plan_erasure(archive.log, [erased])
        erase_records.erase_records(
            archive.home, archive.log, planned, reason="asked", who="keeper", when=NOON
        )
        old = archive.log.checkpoints.load(42).checkpoint
        proof = archive.log.consistency_proof(old.size, len(archive.log))

    assert verify_with_shell(pack).verified
    assert proof
    assert list_faults(archive.home) == []


def test_the_erasure_is_logged(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        captures = archive.hold(1, 2)
        planned = erase_capture(archive, captures[0])
        ((_, entry),) = erase_records.erasures(archive.log)

    assert entry.text("reason") == "asked by the person"
    assert entry.text("who") == "keeper"
    assert entry.number("entry") == planned[0].entry
    assert entry.when == NOON


@pytest.mark.parametrize("tool", ["warcio check", "fastwarc check"])
def test_other_tools_accept_a_file_with_a_tombstone(tmp_path: Path, tool: str) -> None:
    with Archive(tmp_path / "archive") as archive:
        captures = archive.hold(1, 2, 3)
        erase_capture(archive, captures[1])
    program, verb = tool.split()

    (path,) = list_warc_files(archive.home)
    command = [Path(sys.executable).with_name(program), verb, path]
    process = subprocess.run(command, capture_output=True, text=True)

    assert process.returncode == 0, process.stdout + process.stderr
    assert path.stat().st_mode & 0o777 == 0o444


@given(st.integers(240, 300) | st.integers(300, 5000) | st.integers(65_000, 200_000))
def test_a_tombstone_is_one_whole_record_of_exactly_the_requested_length(length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tombstone.warc.gz"
        path.write_bytes(make_tombstone(leaf=LEAF, when=NOON, length=length))
        assert path.stat().st_size == length
        (record,) = read_records(path)
        assert record.length == length
        assert record.header.kind == "metadata"


def test_there_is_no_tombstone_for_less_than_a_record() -> None:
    with pytest.raises(FormatError, match="expected room for a record"):
        make_tombstone(leaf=LEAF, when=NOON, length=100)


@pytest.mark.parametrize("step", ["_write", "erase_entry", "checkpoint"])
def test_an_interrupted_erasure_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class KilledError(BaseException):
        """Stands for kill -9: nothing after this point runs."""

    def kill(*arguments: object) -> None:
        raise KilledError

    with Archive(tmp_path / "archive") as archive:
        captures = archive.hold(1, 2, 3)
        with monkeypatch.context() as patch:
            patch.setattr(erase_records if step == "_write" else Log, step, kill)
            with pytest.raises(KilledError):
                erase_capture(archive, captures[1])

    with Log.open_for_writing(archive.home.log, archive.home.keys) as log:
        erase_records.finish_erasure(archive.home, log)
        assert erase_records.finish_erasure(archive.home, log) == 0
        log.checkpoint()

    assert list_faults(archive.home, deep=True) == []
    assert b"mfa.ruritania.example/2" not in list_warc_files(archive.home)[0].read_bytes()


def test_what_is_not_logged_cannot_be_erased(tmp_path: Path) -> None:
    home = fill_archive(tmp_path / "archive", 1)

    with (
        Log.open_for_reading(home.log) as log,
        pytest.raises(UnknownNameError, match="urn:uuid:none"),
    ):
        erase_records.plan_erasure(log, ["urn:uuid:none"])


def test_damaged_evidence_is_not_erased_as_if_it_were_intact(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive") as archive:
        captures = archive.hold(1)
        flip_bit(list_warc_files(archive.home)[0], captures[0].stored.offset + 20)
        with pytest.raises(FixityError, match="other bytes"):
            erase_capture(archive, captures[0])
        assert list(erase_records.erasures(archive.log)) == []


def test_a_trustees_encrypted_copy_still_verifies(tmp_path: Path) -> None:
    pyrage = pytest.importorskip("pyrage")
    trustee = pyrage.x25519.Identity.generate()
    sealed: dict[str, bytes] = {}

    def keep(name: str, data: bytes) -> None:
        sealed[name] = encryption.encrypt(data, [str(trustee.to_public())])

    with Archive(tmp_path / "archive") as archive:
        captures = archive.hold(1, 2)
        (planned,) = erase_capture(archive, captures[0], keep=keep)
        line, _, record = pyrage.decrypt(sealed[captures[0].id], [trustee]).partition(b"\n")
        assert entries.leaf_hash_of(line).hex() == planned.leaf
        assert entries.decode(line).text("warc_sha256")  # type: ignore[union-attr]
        assert len(record) == planned.length


def test_encryption_for_an_invalid_recipient_is_refused() -> None:
    pytest.importorskip("pyrage")

    with pytest.raises(FormatError, match="expected an age recipient"):
        encryption.encrypt(b"x", ["age1nobody"])


def test_the_catalogue_forgets_what_only_the_erased_capture_held(catalogue: Connection) -> None:
    first, second = make_capture(at=day(1)), make_capture(at=day(2))
    for capture in (first, second):
        write_rows.add_capture(catalogue, capture)
    layer = write_rows.add_layer(catalogue, "whole page")
    shared = write_rows.add_reading(catalogue, make_reading("Release them."), first)
    write_rows.add_reading(catalogue, make_reading("Release them."), second)
    only_in_first = write_rows.add_reading(
        catalogue, make_reading("Somebody's name.", identifier="PD/2"), first, layer=layer
    )

    assert remove_captures.captures_holding_statement(
        catalogue, shared.version.partition("@")[0]
    ) == [first.id, second.id]
    assert remove_captures.remove_captures(catalogue, [first.id]) == [only_in_first.version]

    (remaining,) = [version for _, version in version_queries.all_versions(catalogue)]
    assert (remaining.id, remaining.capture, remaining.first_seen) == (
        shared.version,
        second.id,
        day(2),
    )
    assert capture_queries.find_capture(catalogue, first.id) is None
    assert list(catalogue.scalars(select(schema.layer.c.text))) == []
    assert len(list(catalogue.scalars(select(schema.statement.c.id)))) == 1


def test_nothing_removed_is_left_in_the_catalogues_file(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    words = "a name that must go"
    with transaction(path) as connection:
        capture = make_capture()
        write_rows.add_capture(connection, capture)
        write_rows.add_reading(connection, make_reading(words * 50), capture)
    with transaction(path) as connection:
        remove_captures.remove_captures(connection, [capture.id])
    remove_captures.vacuum(path)

    for file in tmp_path.iterdir():
        assert words.encode() not in file.read_bytes()
