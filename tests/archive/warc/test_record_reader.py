import gzip
import io
import os
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import FixityError, FormatError, LimitError, StorageError
from archive.models import StoredRecord
from archive.warc.digests import sha256_hex
from archive.warc.record_reader import (
    Damage,
    Record,
    read_record,
    read_records,
    read_stored_bytes,
    scan_records,
)
from tests.support.warc_files import foreign_record, name_by_size, write_warc

BLOCK = b"HTTP/1.1 200 OK\r\n\r\n<p>We regret.</p>"


def scan(data: bytes, **options: object) -> list[Record | Damage]:
    return list(scan_records(io.BytesIO(data), **options))  # type: ignore[arg-type]


@given(st.lists(st.binary(max_size=300), min_size=1), st.sampled_from(["each", "whole", "plain"]))
def test_records_are_read_in_whatever_they_are_packed(blocks: list[bytes], packing: str) -> None:
    originals = [foreign_record(block) for block in blocks]
    data = {
        "each": b"".join(map(gzip.compress, originals)),
        "whole": gzip.compress(b"".join(originals)),
        "plain": b"".join(originals),
    }[packing]

    records = scan(data)

    assert [record.block for record in records if isinstance(record, Record)] == blocks
    assert len(records) == len(blocks)


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=20))
def test_fastwarc_reads_the_same_records_at_the_same_places(blocks: list[bytes]) -> None:
    data = b"".join(gzip.compress(foreign_record(block)) for block in blocks)

    our_records = [
        (record.offset, record.block_prefix) for record in scan(data) if isinstance(record, Record)
    ]
    their_records = [
        (record.stream_pos, record.reader.read())
        for record in ArchiveIterator(io.BytesIO(data), parse_http=False)
    ]

    assert our_records == their_records


@given(st.lists(st.binary(max_size=500), min_size=1, max_size=8), st.integers(min_value=1))
def test_a_file_cut_anywhere_gives_its_whole_records_and_then_says_it_is_torn(
    blocks: list[bytes], removed_bytes: int
) -> None:
    members = [gzip.compress(foreign_record(block)) for block in blocks]
    data = b"".join(members)
    data = data[: len(data) - removed_bytes % len(data)]
    ends = [sum(map(len, members[: n + 1])) for n in range(len(members))]
    whole_count = sum(end <= len(data) for end in ends)

    records = scan(data)

    assert [record.block_prefix for record in records if isinstance(record, Record)] == blocks[
        :whole_count
    ]
    assert isinstance(records[-1], Damage) == (len(data) not in ends)


def test_each_record_says_where_its_own_bytes_lie(tmp_path: Path) -> None:
    path = write_warc(
        tmp_path / "a.warc.gz",
        foreign_record(b"one"),
        foreign_record(b"two" * 9999),
        foreign_record(b""),
    )
    data = path.read_bytes()

    for record in read_records(path):
        member = data[record.offset : record.offset + record.length]
        assert gzip.decompress(member) == record.header.raw + record.block + b"\r\n\r\n"
        assert read_record(path, record.offset).block == record.block


def test_a_record_is_found_again_in_a_plain_file(tmp_path: Path) -> None:
    path = write_warc(
        tmp_path / "a.warc", foreign_record(b"one"), foreign_record(b"two"), members=False
    )

    second = list(read_records(path))[1]

    assert (second.is_single_member, second.is_seekable) == (False, True)
    assert read_record(path, second.offset).block == b"two"


def test_stored_bytes_are_read_only_if_their_digest_matches(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", foreign_record(b"one"))
    size = path.stat().st_size
    stored = StoredRecord(
        warc=path.name, offset=0, length=size, sha256=sha256_hex(path.read_bytes())
    )

    assert read_stored_bytes(tmp_path, stored).block == b"one"
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # the time of packing, which no checksum covers
    path.write_bytes(data)
    with pytest.raises(FixityError, match="recorded as"):
        read_stored_bytes(tmp_path, stored)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "expected a WARC file, found an empty one"),
        (b"<html>", "expected a WARC record, found b'<html>'"),
        (gzip.compress(b"<html>" * 99), "expected a WARC record"),
        (b"\x1f\x8b\x08\x00", "middle of a gzip member"),
        (b"\x1f\x8b\x09garbage", "unknown compression method"),
        (b"WARC/1.1\r\n" + b"X: y\r\n" * 99_999, "the end of a WARC head"),
        (b"WARC/1.1\r\nWARC-Type: x\r\n\r\n", "expected a Content-Length"),
        (foreign_record(b"one")[:-6], "expected 3 bytes, found 1"),
        (
            gzip.compress(foreign_record(b"one").replace(b": 3", b": 99999999999")),
            "expected 99999999999",
        ),
        (foreign_record(b"one").replace(b": 3", b": 1"), "expected a WARC record, found b'ne"),
    ],
    ids=name_by_size,
)
def test_a_file_that_is_no_warc_is_one_clear_line(
    tmp_path: Path, data: bytes, problem: str
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)

    with pytest.raises(FormatError) as raised:
        list(read_records(path))

    assert problem in str(raised.value)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        list(read_records(tmp_path / "none.warc.gz"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Is a directory"):
        list(read_records(tmp_path))


def test_a_gzip_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "bomb.warc.gz", foreign_record(bytes(100_000_000)))
    assert path.stat().st_size < 100_000

    with pytest.raises(LimitError, match="found 6") as raised:
        list(read_records(path))

    assert str(path) in str(raised.value)


def test_a_large_record_is_skipped_without_being_kept(tmp_path: Path) -> None:
    large = os.urandom(300_000)
    path = write_warc(tmp_path / "a.warc.gz", foreign_record(large), foreign_record(b"small"))

    first, second = read_records(path, keep=1000)

    assert first.block_prefix == large[:1000]
    assert second.block == b"small"
    with pytest.raises(LimitError, match="expected at most 1000 bytes, found 300000"):
        _ = first.block


def test_lines_between_records_do_not_matter() -> None:
    data = b"\r\n" + foreign_record(b"one") + b"\r\n\r\n\r\n" + foreign_record(b"two")

    assert [record.block_prefix for record in scan(data) if isinstance(record, Record)] == [
        b"one",
        b"two",
    ]


def test_after_damage_reading_goes_on_at_the_next_member_if_asked() -> None:
    members = [gzip.compress(foreign_record(os.urandom(500))) for _ in range(3)]
    damaged = bytearray(members[1])
    damaged[len(damaged) // 2] ^= 0xFF
    data = members[0] + bytes(damaged) + members[2]

    kinds = [type(record) for record in scan(data, verify=True)]

    assert kinds == [Record, Damage, Record]
    assert type(list(scan(data))[-1]) is Damage
