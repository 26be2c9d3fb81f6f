import gzip
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import StorageError
from archive.warc.read_exchanges import read_exchanges
from archive.warc.verify_warc import verify_warc
from archive.warc.write.crash_recovery import recover_all, recover_file
from tests.support.warc_files import (
    assert_other_tools_accept,
    foreign_record,
    make_exchange,
    only_file,
    open_store,
    page_metadata,
    write_warc,
)

WRITER = """
import os, sys
from pathlib import Path
from tests.support.warc_files import make_exchange, open_store, page_metadata
store = open_store(Path(sys.argv[1]))
while True:
    capture = store.add(make_exchange(os.urandom(200_000)), page_metadata())
    os.write(1, f"{capture.stored.warc} {capture.id}\\n".encode())
"""


def kill_a_writer(folder: Path, after: int) -> list[list[str]]:
    """Kill -9 a process that writes, in mid-write; return what it said was stored."""
    command = [sys.executable, "-c", WRITER, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        lines = [writer.stdout.readline() for _ in range(after)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    return [line.split() for line in lines if line.endswith("\n")]


def test_a_writer_killed_in_mid_write_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    acknowledged = {after: kill_a_writer(tmp_path / str(after), after) for after in (1, 3, 7, 12)}

    recoveries = recover_all(tmp_path)

    assert len(recoveries) == 4
    for after, lines in acknowledged.items():
        path = tmp_path / str(after) / lines[0][0]
        stored = {exchange.id for exchange in read_exchanges(path)}
        assert {record_id for _, record_id in lines} <= stored
        assert list(verify_warc(path)) == []
        assert_other_tools_accept(path)
    assert recover_all(tmp_path) == [], "recovered files are closed"


def write_torn_file(folder: Path, removed_bytes: int) -> Path:
    """Return a file of two exchanges that was never closed and lost its last `cut` bytes."""
    store = open_store(folder)
    store.add(make_exchange(b"one"), page_metadata())
    store.add(make_exchange(b"two"), page_metadata())
    store.close()
    path = only_file(folder)
    path.chmod(0o600)
    os.truncate(path, path.stat().st_size - removed_bytes)
    return path


def test_a_torn_file_is_cut_back_to_its_last_whole_record_and_the_tail_is_kept(
    tmp_path: Path,
) -> None:
    path = write_torn_file(tmp_path, removed_bytes=10)
    before = path.read_bytes()

    (recovery,) = open_store(tmp_path).recover()

    assert recovery.tail_path == path.with_name(path.name + ".torn")
    assert path.read_bytes() + recovery.tail_path.read_bytes() == before
    assert (recovery.kept_bytes, recovery.torn_bytes) == (
        path.stat().st_size,
        recovery.tail_path.stat().st_size,
    )
    assert stat.S_IMODE(recovery.tail_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert str(recovery).startswith(f"{path.name}: was not closed; ")
    assert [exchange.body() for exchange in read_exchanges(path)] == [b"one", b"two"]


def test_a_whole_file_that_was_not_closed_is_closed(tmp_path: Path) -> None:
    path = write_torn_file(tmp_path, removed_bytes=0)

    (recovery,) = recover_all(tmp_path)

    assert (recovery.torn_bytes, recovery.tail_path) == (0, None)
    assert str(recovery) == f"{path.name}: was not closed; whole, {recovery.kept_bytes} bytes"


def test_what_comes_after_the_last_logged_record_is_torn(tmp_path: Path) -> None:
    path = write_torn_file(tmp_path, removed_bytes=0)
    first = next(iter(read_exchanges(path)))
    logged = max(record.offset + record.length for record in (first.record, *first.related))

    recovery = recover_file(path, logged_end=logged)

    assert recovery.kept_bytes == logged
    assert [record.body() for record in read_exchanges(path)] == [b"one"]


def test_the_log_is_asked_by_the_files_name_below_the_folder(tmp_path: Path) -> None:
    path = write_torn_file(tmp_path, removed_bytes=0)
    names: list[str] = []

    def logged_end(name: str) -> int | None:
        names.append(name)
        return None

    recover_all(tmp_path, logged_end)

    assert names == [path.relative_to(tmp_path).as_posix()]


def test_a_file_torn_in_its_first_record_is_moved_away_whole(tmp_path: Path) -> None:
    path = tmp_path / "onrecord-x.warc.gz"
    path.write_bytes(gzip.compress(foreign_record(b"x"))[:-3])

    recovery = recover_file(path)

    assert not path.exists()
    assert recovery.kept_bytes == 0
    assert recovery.tail_path
    assert recovery.tail_path.exists()


def test_a_file_that_ends_in_garbage_is_cut_before_it(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", foreign_record(b"x"))
    whole = path.read_bytes()
    path.write_bytes(whole + b"garbage")

    assert recover_file(path).kept_bytes == len(whole)


def test_large_records_are_recovered_piece_by_piece(tmp_path: Path) -> None:
    path = write_warc(
        tmp_path / "a.warc.gz",
        foreign_record(bytes(5_000_000)),
        foreign_record(os.urandom(3_000_000)),
    )
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])

    first = gzip.compress(foreign_record(bytes(5_000_000)))
    assert recover_file(path).kept_bytes == len(first)


def test_closed_files_are_left_alone(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", foreign_record(b"x"))
    path.write_bytes(path.read_bytes()[:-3])
    path.chmod(0o444)

    assert recover_all(tmp_path) == []


def test_no_folder_is_nothing_to_recover(tmp_path: Path) -> None:
    assert recover_all(tmp_path / "none") == []


def test_a_refusing_disk_is_a_storage_error(tmp_path: Path) -> None:
    write_warc(tmp_path / "a.warc.gz", foreign_record(b"x") * 2)
    (tmp_path / "a.warc.gz").write_bytes(b"torn")
    (tmp_path / "a.warc.gz.torn").mkdir()

    with pytest.raises(StorageError, match="Is a directory"):
        recover_all(tmp_path)
