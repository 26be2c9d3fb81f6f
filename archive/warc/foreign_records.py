"""Records made by others, as they go into our files: the same bytes, or at least the same lines."""

from pathlib import Path

from archive.errors import FormatError, LimitError
from archive.warc.digests import sha256_of
from archive.warc.record_builder import BuiltRecord, gzip_member
from archive.warc.record_reader import MAX_BLOCK, Record, open_warc

MAX_MEMBER = 2 * MAX_BLOCK


def copy_record(path: Path, record: Record) -> tuple[BuiltRecord, bytes]:
    """Return `record` of the file at `path` ready to be written, and its block.

    The member is copied byte for byte where the record has one for itself; else its head and block
    are packed as they are.
    """
    head, block = record.head, record.block
    if not head.id:
        raise FormatError(f"{path}: byte {record.offset}: expected a WARC-Record-ID, found none")
    made = BuiltRecord(
        id=head.id,
        kind=head.kind,
        url=head.url,
        date=head.date,
        member=_member(path, record),
        block_sha256=sha256_of(block),
    )
    return made, block


def _member(path: Path, record: Record) -> bytes:
    if not record.alone:
        return gzip_member(record.head.raw + record.block + b"\r\n\r\n")
    if record.length > MAX_MEMBER:
        raise LimitError(f"{path}: expected at most {MAX_MEMBER} bytes, found {record.length}")
    with open_warc(path) as file:
        file.seek(record.offset)
        member = file.read(record.length)
    if len(member) < record.length:
        raise FormatError(f"{path}: expected {record.length} bytes, found {len(member)}")
    return member
