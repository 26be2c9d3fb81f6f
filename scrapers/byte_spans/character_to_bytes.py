"""Map each character of decoded text to its bytes in the body."""

import codecs
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.errors import FormatError
from scrapers.parse.charset import BYTE_ORDER_MARKS, DecodedText

ByteOffsets = NDArray[np.int64]  # for each character, the offset after its last byte


def character_ends(body: bytes, decoded: DecodedText) -> ByteOffsets:
    """Return the offset in `body` after each character of `decoded`, which is `body` as text.

    A character begins where the one before it ends; the first begins after a byte order mark.
    FormatError where bytewise decoding gives another number of characters.
    """
    mark_length = byte_order_mark_length(body, decoded)
    if len(decoded.text) == len(body) - mark_length:  # a byte a character
        return np.arange(1, len(body) + 1 - mark_length, dtype=np.int64) + mark_length
    ends = _utf8_ends(body[mark_length:]) if decoded.encoding == "utf-8" else None
    if ends is None:
        ends = _decode_bytewise(body[mark_length:], decoded.encoding)
    if len(ends) != len(decoded.text):
        raise FormatError(
            f"expected {len(decoded.text)} characters in {decoded.encoding}, found {len(ends)}"
        )
    return ends + mark_length


def byte_order_mark_length(body: bytes, decoded: DecodedText) -> int:
    """Return the length of the byte order mark of `body`, 0 for none."""
    if decoded.detected_by != "bom":
        return 0
    return next(len(mark) for mark, name in BYTE_ORDER_MARKS if name == decoded.encoding)


def _utf8_ends(body: bytes) -> ByteOffsets | None:
    """Return the end of each character; None where `body` is not valid UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    array: NDArray[Any] = np.frombuffer(body, dtype=np.uint8)
    starts = np.flatnonzero((array & 0xC0) != 0x80)  # all but continuation bytes (RFC 3629, 3)
    return np.append(starts[1:], len(body)).astype(np.int64)


def _decode_bytewise(body: bytes, encoding: str) -> ByteOffsets:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    ends: list[int] = []
    start = 0
    for position in range(len(body)):
        if not (text := decoder.decode(body[position : position + 1])):
            continue
        # The decoder reports invalid bytes at the byte that follows them.
        end = position + 1 - len(decoder.getstate()[0])
        ends += _split_ends(body[start:end], encoding, len(text), start)
        start = end
    rest = len(decoder.decode(b"", final=True))
    ends += _split_ends(body[start:], encoding, rest, start)
    return np.array(ends, dtype=np.int64)


def _split_ends(piece: bytes, encoding: str, count: int, start: int) -> list[int]:
    """Return where each of the `count` characters of `piece`, at offset `start`, ends.

    Several come at once only after invalid bytes, of which a decoder may make one replacement
    character or two: each is as long as the prefix that gives no more characters than that.
    """
    if count < 2:
        return [start + len(piece)] * count
    counts = [len(piece[: i + 1].decode(encoding, "replace")) for i in range(len(piece))]
    lengths = [sum(n <= number for n in counts) for number in range(1, count)]
    return [start + length for length in (*lengths, len(piece))]
