"""Remove content codings (RFC 9110, 8.4) in linear time, within limits of size and number.

What is decoded was written by strangers: `archive.warc.decode_in_sandbox` calls this in a sandbox.
"""

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastwarc.stream_io import BrotliReader, ZstdReader

from archive.errors import LimitError

GZIP_START = b"\x1f\x8b"
MAX_CODINGS = 5  # one over the other; servers use one, seldom two
MAX_MEMBERS = 10_000  # streams one after the other in a body; gzip of blocks has 800 in 50 MiB
_INPUT_BYTES = 16 << 10  # decoded at once: what follows a member is copied, so not the whole rest
_OUTPUT_BYTES = 1 << 20  # likewise
_ZSTD_FRAME = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # RFC 8878, 3.1


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """A body without codings, and whether its only coding, gzip, lacks its end."""

    body: bytes
    is_unfinished: bool = False


def remove_codings(payload: bytes, codings: tuple[str, ...], limit: int) -> DecodedBody:
    """Return `payload` without `codings`, names in DECODERS in the order in which they were put on.

    A coding that the payload does not have is passed over; of a truncated payload, what can be
    decoded is returned. LimitError beyond `limit` bytes, MAX_CODINGS or MAX_MEMBERS.
    """
    if len(codings) > MAX_CODINGS:
        raise LimitError(expected=f"at most {MAX_CODINGS} codings", found=str(len(codings)))
    is_unfinished = False
    if codings in (("gzip",), ("x-gzip",)) and payload.startswith(GZIP_START):
        is_unfinished = _lacks_end(payload, limit)
    for name in reversed(codings):
        if payload:
            payload = _join_pieces(DECODERS[name](payload), payload, limit)
    return DecodedBody(payload, is_unfinished)


def inflate_members(encoded: bytes, wbits: int, start: bytes = b"") -> Iterator[bytes]:
    """Yield the pieces of zlib streams one after the other; `wbits` as zlib has it.

    They end where a further one does not begin with `start`. zlib.error where one is damaged,
    EOFError where the last is truncated, LimitError beyond MAX_MEMBERS. The time is linear in the
    bytes read and yielded.
    """
    pending, position, members = b"", 0, 0
    while pending or position < len(encoded):
        beginning = pending[:2] + encoded[position : position + 2]
        if members and not beginning.startswith(start):
            return
        members += 1
        if members > MAX_MEMBERS:
            raise LimitError(expected=f"at most {MAX_MEMBERS} members in a body", found="more")
        inflater = zlib.decompressobj(wbits)
        while not inflater.eof:
            if not pending:
                pending = encoded[position : position + _INPUT_BYTES]
                position += len(pending)
            piece = inflater.decompress(pending, _OUTPUT_BYTES)
            if piece:
                yield piece
            elif not pending:
                raise EOFError("an end before its end")
            pending = inflater.unused_data or inflater.unconsumed_tail


def _lacks_end(payload: bytes, limit: int) -> bool:
    """Say whether the first gzip member of `payload` is damaged or has no end within `limit`."""
    inflater, size, position, pending = zlib.decompressobj(31), 0, 0, b""
    while not inflater.eof and size <= limit:
        if not pending:
            pending = payload[position : position + _INPUT_BYTES]
            position += len(pending)
        try:
            piece = inflater.decompress(pending, _OUTPUT_BYTES)
        except zlib.error:
            return True
        if not pending and not piece:
            return True
        size += len(piece)
        pending = inflater.unconsumed_tail
    return False


def _join_pieces(pieces: Iterator[bytes], encoded: bytes, limit: int) -> bytes:
    body = bytearray()
    try:
        for piece in pieces:
            body += piece
            if len(body) > limit:
                raise LimitError(expected=f"a body of at most {limit} bytes", found="more")
    except (zlib.error, OSError, EOFError):
        return bytes(body) or encoded
    return bytes(body) or encoded


def _decode_gzip(encoded: bytes) -> Iterator[bytes]:
    return inflate_members(encoded, 31, GZIP_START)


def _decode_deflate(encoded: bytes) -> Iterator[bytes]:
    # Some servers send zlib streams, as RFC 9110 says, others raw deflate.
    has_zlib_header = encoded[0] & 0x0F == 8 and int.from_bytes(encoded[:2], "big") % 31 == 0
    return inflate_members(encoded, 15 if has_zlib_header else -15)


def _decode_brotli(encoded: bytes) -> Iterator[bytes]:
    return _read_pieces(BrotliReader(io.BytesIO(encoded)))


def _decode_zstd(encoded: bytes) -> Iterator[bytes]:
    frames = _ZSTD_FRAME.finditer(encoded)
    if sum(1 for _ in zip(frames, range(MAX_MEMBERS + 1), strict=False)) > MAX_MEMBERS:
        raise LimitError(expected=f"at most {MAX_MEMBERS} frames in a body", found="more")
    return _read_pieces(ZstdReader(io.BytesIO(encoded)))


def _read_pieces(reader: BrotliReader | ZstdReader) -> Iterator[bytes]:
    while piece := reader.read(_OUTPUT_BYTES):
        yield piece


DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _decode_gzip,
    "x-gzip": _decode_gzip,
    "deflate": _decode_deflate,
    "br": _decode_brotli,
    "zstd": _decode_zstd,
}
