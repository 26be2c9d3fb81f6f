"""Build WARC records: one gzip member each, every block with its SHA-256."""

import hashlib
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from archive.errors import FormatError
from archive.models import Capture, StoredRecord, Validators
from archive.text.legible import legible
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.digests import format_digest, sha256_hex
from archive.warc.parse_http import Response, extract_payload, parse_response
from archive.warc.record_header import HTTP_REQUEST, HTTP_RESPONSE, format_date, format_header

NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
WARC_SPECIFICATION = (
    "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange as bytes, after TLS."""

    url: str
    started: datetime
    request: bytes
    response: bytes
    parsed: Response | None = None  # of `response`, where the caller has parsed it already
    truncated: str = ""  # length, time, disconnect or unspecified (WARC 1.1, 5.13)
    ip: str = ""  # of the server; "" behind a proxy
    earlier: Validators | None = None  # for a 304: what the server confirmed as current


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A text from a text collection, not received from a server."""

    uri: str
    block: bytes
    media_type: str
    date: datetime
    metadata: CaptureMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRecord:
    """A record ready to be written."""

    id: str  # without brackets
    kind: str
    url: str
    date: datetime
    member: bytes  # as it is written: a gzip member
    block_sha256: str


def new_record_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def gzip_member(raw: bytes) -> bytes:
    """Return `raw` as one gzip member without a modification time or a file name."""
    deflater = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflater.compress(raw) + deflater.flush()


def build_record(
    kind: str,
    block: bytes,
    *,
    url: str = "",
    date: datetime,
    content_type: str,
    fields: tuple[tuple[str, str], ...] = (),
    pack: Callable[[bytes], bytes] = gzip_member,
    record_id: str = "",
) -> BuiltRecord:
    """Return a record of `kind`, packed by `pack`; `fields` precede its digest."""
    record_id, digest = record_id or new_record_id(), hashlib.sha256(block)
    header = format_header(
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{record_id}>"),
            ("WARC-Date", format_date(date)),
            *((("WARC-Target-URI", url),) if url else ()),
            *fields,
            ("WARC-Block-Digest", format_digest(digest.digest())),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ]
    )
    return BuiltRecord(
        id=record_id,
        kind=kind,
        url=url,
        date=date,
        member=pack(header + block + b"\r\n\r\n"),
        block_sha256=digest.hexdigest(),
    )


def build_warcinfo(name: str, software: str, date: datetime) -> BuiltRecord:
    """Return the warcinfo record that a file begins with."""
    fields_text = (
        f"software: {software}\r\n"
        "format: WARC File Format 1.1\r\n"
        f"conformsTo: {WARC_SPECIFICATION}\r\n"
    )
    return build_record(
        "warcinfo",
        fields_text.encode(),
        date=date,
        content_type="application/warc-fields",
        fields=(("WARC-Filename", name),),
    )


def build_response(
    exchange: Exchange, metadata: CaptureMetadata, response: Response | None
) -> BuiltRecord:
    """Return the response record; for a 304 to a conditional request, the revisit record."""
    fields = [("WARC-Protocol", "http/1.1")]
    if exchange.ip:
        fields.append(("WARC-IP-Address", exchange.ip))
    if metadata.tls:
        fields.append(("WARC-Cipher-Suite", metadata.tls.cipher))
    if exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    record_type, earlier = "response", exchange.earlier
    if response and response.status == 304 and earlier and earlier.captured:
        record_type = "revisit"
        fields += [
            ("WARC-Profile", NOT_MODIFIED_PROFILE),
            ("WARC-Refers-To", f"<{earlier.capture}>"),
            ("WARC-Refers-To-Target-URI", earlier.url),
            ("WARC-Refers-To-Date", format_date(earlier.captured)),
        ]
    elif response and not response.is_chunked and not response.has_interim:
        # Of a chunked body the standard requires the digest of the payload, but `warcio check` and
        # `fastwarc check` expect that of the framed bytes: neither is stated here, and our
        # metadata record has the former.
        digest = hashlib.sha256(exchange.response[response.payload_start :]).digest()
        fields.append(("WARC-Payload-Digest", format_digest(digest)))
    return build_record(
        record_type,
        exchange.response,
        url=exchange.url,
        date=exchange.started,
        content_type=HTTP_RESPONSE if response else "application/octet-stream",
        fields=tuple(fields),
    )


def build_request(exchange: Exchange, concurrent: str) -> BuiltRecord:
    return build_record(
        "request",
        exchange.request,
        url=exchange.url,
        date=exchange.started,
        content_type=HTTP_REQUEST,
        fields=(("WARC-Concurrent-To", f"<{concurrent}>"),),
    )


def try_parse_response(block: bytes) -> Response | None:
    """Return the HTTP response in `block`; None if it is not one."""
    try:
        return parse_response(block)
    except FormatError:
        return None


def payload_sha256(block: bytes, response: Response | None) -> str:
    """Return the digest of the body after transfer decoding; "" without a body."""
    payload = extract_payload(block, response) if response else b""
    return sha256_hex(payload) if payload else ""


def build_capture(
    *,
    record_id: str,
    url: str,
    captured: datetime,
    response: Response | None,
    metadata: CaptureMetadata,
    stored: StoredRecord,
) -> Capture:
    """Return the capture of a record and our metadata on it: used when storing and in a rebuild.

    Bytes of headers and file names that are not UTF-8 are U+FFFD in it.
    """
    return Capture(
        id=record_id,
        url=legible(url),
        captured=captured,
        outcome=metadata.outcome,
        role=metadata.role,
        source=legible(metadata.source),
        status=response.status if response else None,
        media_type=response.media_type if response else legible(metadata.media_type),
        payload_sha256=metadata.payload_sha256,
        stored=stored,
        taken_from=legible(metadata.origin.name) if metadata.origin else "",
        note=legible(metadata.note),
        memento=metadata.memento,
    )
