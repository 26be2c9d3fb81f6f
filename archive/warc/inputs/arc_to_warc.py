"""Convert ARC files (Internet Archive, 1996; versions 1 and 2) to WARC records.

An ARC record is a line, `URL IP-address Archive-date Content-type … Archive-length`, and as many
bytes as its last field says. The bytes stay as they are. ARC has no record ids: one is made of the
address, the date and the bytes, so that the same record always has the same.
"""

import re
from dataclasses import dataclass
from typing import IO, BinaryIO
from uuid import NAMESPACE_URL, uuid5

from archive.errors import FormatError
from archive.text.legible import legible
from archive.warc.digests import sha256_hex
from archive.warc.inputs.unpack import MAX_DAMAGES, PackingDamage, unread_rest
from archive.warc.record_header import HTTP_RESPONSE, format_date, format_header, parse_date
from archive.warc.record_reader import MAX_BLOCK_BYTES

ARC_START = b"filedesc://"
_MAX_LINE_BYTES = 64 << 10
_SEARCHED_BYTES = 1 << 20
_NEXT_RECORD = re.compile(
    rb"\n(?=[a-z]{2,10}:\S+ [0-9A-Fa-f.:]{3,45} \d{8,17} \S+ (?:\S+ )*\d+\r?\n)"
)
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?\d{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcConversion:
    """Where the records of a converted file were in the ARC file, and what was left out."""

    offsets: dict[int, int]  # offset of the WARC record → offset in the ARC file, unpacked
    damages: list[PackingDamage]


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArcLine:
    url: str
    ip: str
    date: str
    media_type: str
    length: int


def convert_arc(arc: BinaryIO, output: IO[bytes]) -> ArcConversion:
    """Write the records of `arc`, a plain ARC file, to `output` as a plain WARC file."""
    conversion = ArcConversion(offsets={}, damages=[])
    field_count, searches = 5, 0
    while raw_line := _read_line(arc):
        offset = arc.tell() - len(raw_line)
        try:
            line = _parse_line(raw_line, field_count)
            block = _read_block(arc, line.length)
        except FormatError as error:
            conversion.damages.append(PackingDamage(offset, str(error)))
            searches += 1
            if searches == MAX_DAMAGES:
                conversion.damages.append(PackingDamage(offset, unread_rest()))
                break
            if not _seek_next(arc, offset):
                break
            continue
        if raw_line.startswith(ARC_START):
            field_count = _field_count(block)
            continue
        record = _warc_record(line, block)
        conversion.offsets[output.tell()] = offset
        output.write(record)
    return conversion


def _read_line(arc: BinaryIO) -> bytes:
    """Return the next line that is not empty; b"" at the end of the file."""
    while (line := arc.readline(_MAX_LINE_BYTES)) and not line.strip():
        pass
    return line


def _parse_line(raw: bytes, field_count: int) -> _ArcLine:
    fields = raw.decode("utf-8", "surrogateescape").strip().rsplit(" ", field_count - 1)
    length = fields[-1]
    if len(fields) < field_count or not (length.isascii() and length.isdigit()):
        raise FormatError(
            "", f"a line of {field_count} fields before an ARC record", repr(raw[:60])
        )
    if len(length) > 18 or int(length) > MAX_BLOCK_BYTES:
        raise FormatError("", f"an ARC record of at most {MAX_BLOCK_BYTES} bytes", length[:30])
    url, ip, date, media_type = fields[:4]
    return _ArcLine(url=url, ip=ip, date=date, media_type=media_type, length=int(length))


def _read_block(arc: BinaryIO, length: int) -> bytes:
    block = arc.read(length)
    if len(block) < length:
        raise FormatError("", f"an ARC record of {length} bytes", f"{len(block)} bytes")
    return block


def _field_count(version_block: bytes) -> int:
    """Return the number of fields that the file's first record says each line has."""
    for line in version_block.splitlines():
        if line.lower().startswith(b"url "):
            return len(line.split())
    return 5


def _warc_record(line: _ArcLine, block: bytes) -> bytes:
    digest = sha256_hex(block)
    name = uuid5(NAMESPACE_URL, legible(f"{line.url} {line.date} {digest}"))
    is_http = block.startswith(b"HTTP/")
    header = format_header(
        [
            ("WARC-Type", "response" if is_http else "resource"),
            ("WARC-Record-ID", f"<urn:uuid:{name}>"),
            ("WARC-Date", _warc_date(line.date)),
            ("WARC-Target-URI", line.url),
            *((("WARC-IP-Address", line.ip),) if line.ip.strip("0.-") else ()),
            ("WARC-Block-Digest", f"sha256:{digest}"),
            ("Content-Type", HTTP_RESPONSE if is_http else line.media_type),
            ("Content-Length", str(len(block))),
        ]
    )
    return header + block + b"\r\n\r\n"


def _warc_date(date: str) -> str:
    """Return an Archive-date, YYYYMMDD with hhmmss or a part of it, in UTC, as a WARC-Date.

    One that is no date stays legible, and is none: whoever reads the record refuses it by name.
    """
    no_date = f"Archive-date {date}"
    match = _DATE.fullmatch(date)
    if match is None:
        return no_date
    year, month, day, hour, minute, second = match.groups("00")
    try:
        return format_date(parse_date(f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"))
    except FormatError:
        return no_date


def _seek_next(arc: BinaryIO, offset: int) -> bool:
    """Move to the next line after `offset` that begins a record; False if there is none."""
    while True:
        arc.seek(offset)
        window = arc.read(_SEARCHED_BYTES)
        if match := _NEXT_RECORD.search(window):
            arc.seek(offset + match.end())
            return True
        if len(window) < _SEARCHED_BYTES:
            return False
        offset += len(window) - _MAX_LINE_BYTES
