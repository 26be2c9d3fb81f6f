"""HTTP messages as they lie in WARC blocks: as the server sent them, or as others rewrote them."""

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastwarc.stream_io import BrotliReader, ZstdReader

from archive.errors import FormatError, LimitError

MAX_BODY = 50 << 20  # decoded
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Response:
    """A response: its status, its headers as sent, and where in the block its payload begins."""

    status: int
    headers: tuple[tuple[str, str], ...]
    start: int
    announced: bool = False  # an interim response, such as 100 Continue, came before it

    def header(self, name: str) -> str:
        """Return the headers called `name` in any case, joined by commas (RFC 9110, 5.3)."""
        name = name.lower()
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def media_type(self) -> str:
        """Return the first media type in lower case, without parameters."""
        return re.split(r"[;,]", self.header("Content-Type"))[0].strip().lower()

    @property
    def chunked(self) -> bool:
        codings = self.header("Transfer-Encoding").lower().split(",")
        return "chunked" in (coding.strip() for coding in codings)


def parse_response(block: bytes) -> Response:
    """Return the response that `block` holds; FormatError where it holds none.

    Interim responses before it (RFC 9110, 15.2) are gone past.
    """
    begin = 0
    while True:
        status = _STATUS.match(block, begin)
        if status is None:
            raise FormatError(f"expected an HTTP response, found {block[begin : begin + 40]!r}")
        end = _HEAD_END.search(block, begin)
        if end is None or not 100 <= int(status[1]) < 200 or int(status[1]) == 101:
            break
        begin = end.end()
    head = block[begin : end.start()] if end else block[begin:]
    _, _, lines = head.decode("latin-1").partition("\n")
    fields = (line.partition(":") for line in _FOLD.sub(" ", lines).split("\n"))
    headers = tuple((name.strip(), value.strip()) for name, colon, value in fields if colon)
    start = end.end() if end else len(block)
    return Response(int(status[1]), headers, start, announced=begin > 0)


def has_head(block: bytes) -> bool:
    """Tell whether `block` holds all of a head: an empty line ends it."""
    return _HEAD_END.search(block) is not None


def dechunked(data: bytes) -> bytes:
    """Return `data` without chunk framing (RFC 9112, 7.1), up to where it was cut.

    Data that does not begin as a chunk is returned as it is: many tools store bodies unframed and
    leave the header standing.
    """
    place = 0
    pieces: list[bytes] = []
    while match := _CHUNK.match(data, place):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(pieces)
        piece = data[match.end() : match.end() + size]
        place = match.end() + size
        ended = data[place : place + 2] in (b"\r\n", b"") or data[place : place + 1] == b"\n"
        cut = len(piece) < size
        if not pieces and (not ended or (cut and b"\r" not in match[0])):
            return data  # a text that happens to begin with a number
        pieces.append(piece)
        place += 2 if data[place : place + 1] == b"\r" else 1
    return b"".join(pieces) if pieces else data


def payload_of(block: bytes, response: Response) -> bytes:
    """Return the body after transfer decoding, content coding kept (RFC 9110, 6.4)."""
    data = block[response.start :]
    return dechunked(data) if response.chunked else data


def decoded(payload: bytes, response: Response, *, limit: int = MAX_BODY) -> bytes:
    """Return `payload` with its content codings taken off (RFC 9110, 8.4).

    A coding that the payload does not have, as when a tool stored it decoded, is passed over; what
    a cut payload still gives is returned. LimitError beyond `limit` bytes, FormatError for a coding
    that we do not know.
    """
    for coding in reversed(response.header("Content-Encoding").lower().split(",")):
        name = coding.strip()
        if name in ("", "identity", "none") or not payload:
            continue
        if name not in _CODINGS:
            raise FormatError(f"expected gzip, deflate, br or zstd, found {name[:40]!r}")
        payload = _limited(_CODINGS[name](payload), payload, limit)
    if len(payload) > limit:
        raise LimitError(f"expected a body of at most {limit} bytes, found more")
    return payload


def _limited(pieces: Iterator[bytes], packed: bytes, limit: int) -> bytes:
    body = bytearray()
    try:
        for piece in pieces:
            body += piece
            if len(body) > limit:
                raise LimitError(f"expected a body of at most {limit} bytes, found more")
    except (zlib.error, OSError, EOFError):
        return bytes(body) or packed
    return bytes(body) or packed


def _inflated(packed: bytes, wbits: int) -> Iterator[bytes]:
    rest = packed
    while rest:
        inflater = zlib.decompressobj(wbits)
        while rest and not inflater.eof:
            yield inflater.decompress(rest, 1 << 20)
            rest = inflater.unconsumed_tail or inflater.unused_data
        while not inflater.eof and (piece := inflater.decompress(b"", 1 << 20)):
            yield piece


def _gzip(packed: bytes) -> Iterator[bytes]:
    return _inflated(packed, 31)


def _deflate(packed: bytes) -> Iterator[bytes]:
    # Some servers send zlib streams, as RFC 9110 says, others bare deflate.
    zlibbed = packed[0] & 0x0F == 8 and int.from_bytes(packed[:2], "big") % 31 == 0
    return _inflated(packed, 15 if zlibbed else -15)


def _brotli(packed: bytes) -> Iterator[bytes]:
    return _read(BrotliReader(io.BytesIO(packed)))


def _zstd(packed: bytes) -> Iterator[bytes]:
    return _read(ZstdReader(io.BytesIO(packed)))


def _read(reader: BrotliReader | ZstdReader) -> Iterator[bytes]:
    while piece := reader.read(1 << 20):
        yield piece


_CODINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
