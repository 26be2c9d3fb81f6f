"""Parse HTTP responses in WARC blocks and decode their bodies, also as other tools rewrote them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archive.errors import FormatError, LimitError
from archive.warc.content_codings import DECODERS, GZIP_START
from archive.warc.decode_in_sandbox import remove_codings_in_sandbox

_WITHOUT_BODY = frozenset({204, 304})
MAX_BODY_BYTES = 50 << 20  # after content decoding
MAX_CHUNKS = 1 << 20  # of a chunked body; what follows is left out, as if it had been cut off
MAX_HEAD_BYTES = 1 << 20  # of a response's headers; a fetch takes a quarter of it
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_FOLD = re.compile(r"\r?\n[ \t]+")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_CHUNK_HEADER = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Response:
    """A response: its status, its headers as sent, and the offset of its payload in the block."""

    status: int
    headers: tuple[tuple[str, str], ...]
    payload_start: int
    has_interim: bool = False  # an interim response, such as 100 Continue, came before it

    def header(self, name: str) -> str:
        """Return the values of header `name` (case-insensitive), comma-joined (RFC 9110, 5.3)."""
        name = name.lower()
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def media_type(self) -> str:
        """Return the first media type in lower case, without parameters."""
        return re.split(r"[;,]", self.header("Content-Type"))[0].strip().lower()

    @property
    def is_chunked(self) -> bool:
        codings = self.header("Transfer-Encoding").lower().split(",")
        return "chunked" in (coding.strip() for coding in codings)


def parse_response(block: bytes) -> Response:
    """Return the response in `block`; FormatError if there is none.

    Interim responses before it (RFC 9110, 15.2) are skipped.
    """
    message_start = 0
    while True:
        status = _STATUS.match(block, message_start)
        if status is None:
            beginning = block[message_start : message_start + 40]
            raise FormatError(expected="an HTTP response", found=repr(beginning))
        end = _HEAD_END.search(block, message_start)
        if end is None or not 100 <= int(status[1]) < 200 or int(status[1]) == 101:
            break
        message_start = end.end()
    header_bytes = block[message_start : end.start()] if end else block[message_start:]
    if len(header_bytes) > MAX_HEAD_BYTES:
        raise FormatError(expected=f"headers of at most {MAX_HEAD_BYTES} bytes", found="more")
    _, _, lines = header_bytes.decode("latin-1").partition("\n")
    fields = (line.partition(":") for line in _LINE_FOLD.sub(" ", lines).split("\n"))
    headers = tuple((name.strip(), value.strip()) for name, colon, value in fields if colon)
    start = end.end() if end else len(block)
    return Response(int(status[1]), headers, start, has_interim=message_start > 0)


def parse_http_date(value: str) -> datetime | None:
    """Return the instant in a header such as Date (RFC 9110, 5.6.7), in UTC; None if it has none.

    A date that no calendar holds is none. "-0000", where the zone is not known, is UTC.

    >>> parse_http_date("Mon, 13 Apr 2026 12:01:00 GMT")
    datetime.datetime(2026, 4, 13, 12, 1, tzinfo=datetime.timezone.utc)
    >>> parse_http_date("Mon, 01 Jan 99999999999 00:00:00 GMT")
    """
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def has_complete_header(block: bytes) -> bool:
    """Return whether `block` has a complete header section: an empty line ends it."""
    return _HEAD_END.search(block) is not None


def decode_chunked(data: bytes) -> bytes:
    """Return `data` without chunk framing (RFC 9112, 7.1), up to where it is truncated.

    Data that does not begin as a chunk is returned as it is: many tools store bodies unframed and
    leave the header standing.
    """
    return _read_chunks(data)[0]


def _read_chunks(data: bytes) -> tuple[bytes, bool]:
    """Return what `decode_chunked` does, and whether the last chunk is missing."""
    position = 0
    pieces: list[bytes] = []
    while match := _CHUNK_HEADER.match(data, position):
        start, size = match.end(), int(match[1], 16)
        if size == 0:
            return b"".join(pieces), False
        if len(pieces) == MAX_CHUNKS:
            break
        piece = data[start : start + size]
        if len(piece) == size and data[start + size : start + size + 2] == b"\r\n":
            pieces.append(piece)
            position = start + size + 2
            continue
        position = min(start + size, len(data))  # any size may be stated
        ends_properly = (
            data[position : position + 2] in (b"\r\n", b"")
            or data[position : position + 1] == b"\n"
        )
        is_truncated = len(piece) < size
        if not pieces and (not ends_properly or (is_truncated and b"\r" not in match[0])):
            return data, False  # a text that happens to begin with a number
        pieces.append(piece)
        position += 2 if data[position : position + 1] == b"\r" else 1
    return (b"".join(pieces), True) if pieces else (data, False)


def is_cut_off(block: bytes, response: Response, *, gzip_is_unfinished: bool | None) -> bool:
    """Say whether a message ends before its framing, or its gzip coding, says (RFC 9112, 8).

    `gzip_is_unfinished` is what its gzip coding says itself, None where it has none. Not of a body
    that a tool stored unframed or decoded, and left the headers standing.
    """
    data_length = len(block) - response.payload_start
    if response.status in _WITHOUT_BODY or not data_length:  # of an answer to HEAD the head is all
        return False
    if gzip_is_unfinished is not None:
        return gzip_is_unfinished
    if response.is_chunked:
        return _read_chunks(block[response.payload_start :])[1]
    length = _stated_length(response)
    if length is None or data_length >= length:
        return False
    return not _was_stored_decoded(block[response.payload_start :], response)


def extract_payload(block: bytes, response: Response) -> bytes:
    """Return the body after transfer decoding, content coding kept (RFC 9110, 6.4)."""
    data = block[response.payload_start :]
    return decode_chunked(data) if response.is_chunked else data


def payload_after_first_head(block: bytes) -> bytes:
    """Return what follows the first empty line: tools that know no interim responses take that."""
    end = _HEAD_END.search(block)
    return block[end.end() :] if end else b""


def decode_content(payload: bytes, response: Response, *, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return the words of `payload`: cut at its Content-Length, content codings removed.

    A coding that the payload does not have, as when a tool stored it decoded, and a name that is no
    coding (UTF-8, binary) are ignored; of a truncated payload, what can be decoded is returned.
    LimitError beyond `limit` bytes, FormatError for a coding that we cannot decode (RFC 9110, 8.4).
    """
    return decode_body(payload, response, limit=limit).body


def decode_body(
    payload: bytes, response: Response, *, limit: int = MAX_BODY_BYTES
) -> "BodyOfResponse":
    """Do what `decode_content` does, and say what a gzip coding says about its end."""
    gzip_is_unfinished: bool | None = None
    starts_as_gzip = payload.startswith(GZIP_START)
    payload = _cut_at_length(payload, response)
    names = [
        coding.partition(";")[0].strip(" \t\"'")
        for coding in response.header("Content-Encoding").lower().split(",")
    ]
    if unreadable := [name for name in names if name in _UNREADABLE_CODINGS]:
        raise FormatError(expected="gzip, deflate, br or zstd", found=repr(unreadable[-1]))
    codings = tuple(name for name in names if name in DECODERS)
    if codings and payload:
        decoded = remove_codings_in_sandbox(payload, codings, limit)
        payload = decoded.body
        if names in (["gzip"], ["x-gzip"]) and starts_as_gzip:
            gzip_is_unfinished = decoded.is_unfinished
    if len(payload) > limit:
        raise LimitError(expected=f"a body of at most {limit} bytes", found="more")
    return BodyOfResponse(payload, gzip_is_unfinished)


@dataclass(frozen=True, slots=True)
class BodyOfResponse:
    """A body without codings; what its gzip coding says about its end, None where it has none."""

    body: bytes
    gzip_is_unfinished: bool | None


def _cut_at_length(payload: bytes, response: Response) -> bytes:
    """Return `payload` without the bytes after its Content-Length (RFC 9112, 6.3).

    Unless the length is not that of these bytes: the message was chunked, or a tool stored the body
    decoded and left the headers standing, or renamed them.
    """
    length = _stated_length(response)
    if length is None or len(payload) <= length or response.is_chunked:
        return payload
    return payload if _was_stored_decoded(payload, response) else payload[:length]


def _stated_length(response: Response) -> int | None:
    lengths = {value.strip() for value in response.header("Content-Length").split(",")}
    length = lengths.pop() if len(lengths) == 1 else ""
    is_number = length.isascii() and length.isdigit() and len(length) <= 18
    return int(length) if is_number else None


def _was_stored_decoded(payload: bytes, response: Response) -> bool:
    """Say whether a tool seems to have decoded `payload` after it had come."""
    names = [name.lower() for name, _ in response.headers]
    if any(name.endswith(("-content-encoding", "-transfer-encoding")) for name in names):
        return True  # renamed: X-Archive-Orig-Content-Encoding
    codings = {name.strip() for name in response.header("Content-Encoding").lower().split(",")}
    codings &= DECODERS.keys()
    if codings and codings <= _CODING_STARTS.keys():
        return not payload.startswith(tuple(_CODING_STARTS.values()))
    return bool(codings) and _is_text(payload)


def _is_text(payload: bytes) -> bool:
    return not payload[:1024].translate(None, _TEXT_BYTES)


# Codings that servers use and we do not decode: those registered with IANA, and some that are not.
_UNREADABLE_CODINGS = frozenset(
    {
        *("aes128gcm", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"),
        *("bzip2", "x-bzip2", "lz4", "lzma", "sdch", "snappy", "xpress", "xz"),
    }
)
_CODING_STARTS = {"gzip": GZIP_START, "x-gzip": GZIP_START, "zstd": b"\x28\xb5\x2f\xfd"}
_TEXT_BYTES = bytes({*range(0x20, 0x7F), *range(0x80, 0x100), 9, 10, 12, 13, 27})
