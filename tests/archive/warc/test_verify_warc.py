import base64
import hashlib
from pathlib import Path

import pytest

from archive.models import StoredRecord
from archive.warc.digests import matches_digest, sha256_hex
from archive.warc.record_reader import read_records
from archive.warc.verify_warc import verify_warc
from tests.support.warc_files import (
    foreign_record,
    http_response,
    make_exchange,
    only_file,
    open_store,
    page_metadata,
    write_warc,
)

BLOCK = http_response(b"<p>We regret.</p>")


def b32(name: str, data: bytes) -> str:
    return base64.b32encode(hashlib.new(name, data).digest()).decode()


@pytest.mark.parametrize(
    "stated",
    [
        f"sha1:{b32('sha1', BLOCK)}",
        f"SHA-1:{b32('sha1', BLOCK).lower()}",
        f"sha1:{hashlib.sha1(BLOCK).hexdigest()}",  # noqa: S324
        f"sha256:{b32('sha256', BLOCK).rstrip('=')}",
        f"md5:{hashlib.md5(BLOCK).hexdigest().upper()}",  # noqa: S324
        f"sha512:{b32('sha512', BLOCK)}",
    ],
)
def test_digests_of_others_are_computed_again_however_they_are_written(
    tmp_path: Path, stated: str
) -> None:
    right = foreign_record(BLOCK, fields=[f"WARC-Block-Digest: {stated}"], version="1.0")
    wrong = foreign_record(BLOCK + b"!", fields=[f"WARC-Block-Digest: {stated}"])

    findings = list(verify_warc(write_warc(tmp_path / "a.warc.gz", right, wrong)))

    assert [finding.kind for finding in findings] == ["digest"]
    assert f"recorded as {stated}" in str(findings[0])


def test_a_payload_digest_may_be_of_the_body_or_of_its_framing(tmp_path: Path) -> None:
    framed = b"2\r\nWe\r\n0\r\n\r\n"
    block = http_response(framed, b"Transfer-Encoding: chunked")
    stated = [b32("sha1", framed), b32("sha1", b"We"), b32("sha1", b"They")]
    records = [
        foreign_record(block, fields=[f"WARC-Payload-Digest: sha1:{record}"]) for record in stated
    ]

    findings = list(verify_warc(write_warc(tmp_path / "a.warc", *records, members=False)))

    assert [finding.offset for finding in findings] == [len(records[0]) + len(records[1])]


def test_the_payload_of_a_resource_is_its_block(tmp_path: Path) -> None:
    fields = [f"WARC-Payload-Digest: sha1:{b32('sha1', b'text')}"]
    records = foreign_record(b"text", kind="resource", fields=fields)

    assert list(verify_warc(write_warc(tmp_path / "a.warc.gz", records))) == []


def test_a_digest_that_cannot_be_computed_is_said_to_be_unchecked(tmp_path: Path) -> None:
    records = foreign_record(BLOCK, fields=["WARC-Block-Digest: blake9:ABC"])

    (finding,) = verify_warc(write_warc(tmp_path / "a.warc.gz", records))

    assert finding.kind == "unchecked"


def test_what_is_no_base32_matches_nothing() -> None:
    assert not matches_digest("sha1:!!!", hashlib.sha1(b"").digest())  # noqa: S324


def stored(folder: Path) -> tuple[Path, dict[int, StoredRecord]]:
    with open_store(folder) as store:
        for number in range(3):
            store.add(make_exchange(b"<p>Statement %d</p>" % number), page_metadata())
    path = only_file(folder)
    path.chmod(0o600)
    data = path.read_bytes()
    return path, {
        record.offset: StoredRecord(
            warc=path.name,
            offset=record.offset,
            length=record.length,
            sha256=sha256_hex(data[record.offset : record.offset + record.length]),
        )
        for record in read_records(path)
    }


def test_a_whole_file_is_as_expected(tmp_path: Path) -> None:
    path, expected = stored(tmp_path)

    assert list(verify_warc(path, expected)) == []


def test_any_flipped_byte_is_found_where_it_is(tmp_path: Path) -> None:
    path, expected = stored(tmp_path)
    data = path.read_bytes()

    for position in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[position] ^= 0x40
        path.write_bytes(damaged)
        start = max(offset for offset in expected if offset <= position)
        assert start in [finding.offset for finding in verify_warc(path, expected)], position


def test_any_flipped_byte_is_found_when_only_the_captures_are_known(tmp_path: Path) -> None:
    path, every = stored(tmp_path)
    kinds = {record.offset: record.header.kind for record in read_records(path)}
    expected = {offset: record for offset, record in every.items() if kinds[offset] == "response"}
    data = path.read_bytes()

    for start in every:
        for position in range(start, start + 10):
            damaged = bytearray(data)
            damaged[position] ^= 0x40
            path.write_bytes(damaged)
            assert start in [finding.offset for finding in verify_warc(path, expected)], position


def test_a_flipped_byte_in_a_block_names_its_record(tmp_path: Path) -> None:
    path, _ = stored(tmp_path)
    second = list(read_records(path))[4]
    data = bytearray(path.read_bytes())
    data[second.offset + second.length - 6] ^= 1  # in the checksum: all else reads well
    path.write_bytes(data)

    (finding,) = verify_warc(path)

    assert (finding.record_id, finding.offset) == (second.header.id, second.offset)
    assert finding.kind == "unreadable"


def test_a_record_rewritten_with_its_digests_is_not_what_was_logged(tmp_path: Path) -> None:
    original = write_warc(tmp_path / "a.warc.gz", foreign_record(BLOCK))
    log = {0: StoredRecord(warc="a", offset=0, length=original.stat().st_size, sha256="0" * 64)}

    (finding,) = verify_warc(original, log)

    assert finding.kind == "changed"


def test_a_logged_record_that_is_gone_is_missing(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", foreign_record(BLOCK))
    log = {9999: StoredRecord(warc="a", offset=9999, length=1, sha256="0" * 64)}

    (finding,) = verify_warc(path, log)

    assert (finding.kind, finding.offset) == ("missing", 9999)


def test_our_metadata_must_match_the_payload_it_is_about(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add(make_exchange(), page_metadata(payload_sha256="0" * 64))

    (finding,) = verify_warc(only_file(tmp_path))

    assert "payload recorded as sha256:000" in str(finding)


def test_invalid_metadata_is_unreadable(tmp_path: Path) -> None:
    records = foreign_record(b"onrecord-outcome: fine\r\n", kind="metadata")

    (finding,) = verify_warc(write_warc(tmp_path / "a.warc.gz", records))

    assert finding.kind == "unreadable"


def test_an_empty_file_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.touch()

    assert [finding.kind for finding in verify_warc(path)] == ["unreadable"]


def test_a_large_record_is_checked_without_being_kept(tmp_path: Path) -> None:
    block = http_response(bytes(70_000_000))
    fields = [f"WARC-Block-Digest: sha1:{b32('sha1', block)}"]
    path = write_warc(tmp_path / "a.warc", foreign_record(block, fields=fields), members=False)

    assert list(verify_warc(path)) == []
