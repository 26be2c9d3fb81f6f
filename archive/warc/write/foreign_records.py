"""Copy records from other people's WARC files: byte for byte, or at least header for header."""

from pathlib import Path

from archive.errors import FormatError, LimitError
from archive.warc.digests import sha256_hex
from archive.warc.record_builder import BuiltRecord, gzip_member
from archive.warc.record_reader import MAX_BLOCK_BYTES, Record, open_warc

MAX_MEMBER_BYTES = 2 * MAX_BLOCK_BYTES


def copy_record(path: Path, record: Record) -> tuple[BuiltRecord, bytes]:
    """Return `record` of the file at `path`, ready to be written, and its block.

    A record that is a gzip member of its own is copied byte for byte; otherwise its header and
    block are compressed unchanged. FormatError without a WARC-Record-ID, LimitError if too large.
    """
    header, block = record.header, record.block
    if not header.id:
        raise FormatError(f"{path}: byte {record.offset}: expected a WARC-Record-ID, found none")
    copy = BuiltRecord(
        id=header.id,
        kind=header.kind,
        url=header.url,
        date=header.date,
        member=_member(path, record),
        block_sha256=sha256_hex(block),
    )
    return copy, block


def _member(path: Path, record: Record) -> bytes:
    if not record.is_single_member:
        return gzip_member(record.header.raw + record.block + b"\r\n\r\n")
    if record.length > MAX_MEMBER_BYTES:
        raise LimitError(
            f"{path}: expected at most {MAX_MEMBER_BYTES} bytes, found {record.length}"
        )
    with open_warc(path) as file:
        file.seek(record.offset)
        member = file.read(record.length)
    if len(member) < record.length:
        raise FormatError(f"{path}: expected {record.length} bytes, found {len(member)}")
    return member
