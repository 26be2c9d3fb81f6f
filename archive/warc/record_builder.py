"""Making records: one gzip member each, every block with its SHA-256."""

import hashlib
import uuid
import zlib
from dataclasses import dataclass
from datetime import datetime

from archive.errors import FormatError
from archive.models import Capture, StoredRecord
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.digests import labelled, sha256_of
from archive.warc.http_message import Response, parse_response, payload_of
from archive.warc.record_header import HTTP_REQUEST, HTTP_RESPONSE, format_date, format_header

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitReference:
    """An earlier capture that a 304 stands for."""

    id: str
    url: str
    captured: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What went over the wire, after TLS."""

    url: str
    started: datetime
    request: bytes
    response: bytes
    truncated: str = ""  # length, time, disconnect or unspecified (WARC 1.1, 5.13)
    ip: str = ""  # of the server; "" where a proxy stood between
    earlier: RevisitReference | None = None  # for a 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A text that no server sent us: a line of a text collection."""

    uri: str
    block: bytes
    media_type: str
    date: datetime
    facts: CaptureMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRecord:
    """A record ready to be written."""

    id: str  # without brackets
    kind: str
    url: str
    date: datetime
    member: bytes
    block_sha256: str


def new_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def gzip_member(raw: bytes) -> bytes:
    """Return `raw` as one gzip member that says nothing of when or where it was made."""
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
) -> BuiltRecord:
    """Return a record of `kind`; `fields` come between its address and its digest."""
    record_id, digest = new_id(), hashlib.sha256(block)
    head = format_header(
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{record_id}>"),
            ("WARC-Date", format_date(date)),
            *((("WARC-Target-URI", url),) if url else ()),
            *fields,
            ("WARC-Block-Digest", labelled(digest.digest())),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ]
    )
    return BuiltRecord(
        id=record_id,
        kind=kind,
        url=url,
        date=date,
        member=gzip_member(head + block + b"\r\n\r\n"),
        block_sha256=digest.hexdigest(),
    )


def build_warcinfo(name: str, software: str, date: datetime) -> BuiltRecord:
    """Return the record that a file begins with."""
    said = f"software: {software}\r\nformat: WARC File Format 1.1\r\nconformsTo: {CONFORMS_TO}\r\n"
    return build_record(
        "warcinfo",
        said.encode(),
        date=date,
        content_type="application/warc-fields",
        fields=(("WARC-Filename", name),),
    )


def build_response(
    exchange: Exchange, facts: CaptureMetadata, response: Response | None
) -> BuiltRecord:
    """Return the response record, or for a 304 that answers a condition, the revisit record."""
    fields = [("WARC-Protocol", "http/1.1")]
    if exchange.ip:
        fields.append(("WARC-IP-Address", exchange.ip))
    if facts.tls:
        fields.append(("WARC-Cipher-Suite", facts.tls.cipher))
    if exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    kind = "response"
    if response and response.status == 304 and exchange.earlier:
        kind = "revisit"
        fields += [
            ("WARC-Profile", NOT_MODIFIED),
            ("WARC-Refers-To", f"<{exchange.earlier.id}>"),
            ("WARC-Refers-To-Target-URI", exchange.earlier.url),
            ("WARC-Refers-To-Date", format_date(exchange.earlier.captured)),
        ]
    elif response and not response.chunked and not response.announced:
        # Of a chunked body the standard wants the digest of the payload, and both `warcio check`
        # and `fastwarc check` that of the framed bytes: neither is stated, facts have the former.
        digest = hashlib.sha256(exchange.response[response.start :]).digest()
        fields.append(("WARC-Payload-Digest", labelled(digest)))
    return build_record(
        kind,
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


def response_of(block: bytes) -> Response | None:
    """Return the HTTP response that `block` is, None where it is none."""
    try:
        return parse_response(block)
    except FormatError:
        return None


def payload_sha256(block: bytes, response: Response | None) -> str:
    """Return the digest of the body after transfer decoding, "" where there is none."""
    payload = payload_of(block, response) if response else b""
    return sha256_of(payload) if payload else ""


def capture_of(
    *,
    record_id: str,
    url: str,
    captured: datetime,
    response: Response | None,
    facts: CaptureMetadata,
    stored: StoredRecord,
) -> Capture:
    """Return the capture that a record and our facts on it are: made so now, and in a rebuild."""
    return Capture(
        id=record_id,
        url=url,
        captured=captured,
        outcome=facts.outcome,
        role=facts.role,
        source=facts.source,
        status=response.status if response else None,
        media_type=response.media_type if response else facts.media_type,
        payload_sha256=facts.payload_sha256,
        stored=stored,
        taken_from=facts.origin.name if facts.origin else "",
        note=facts.note,
        memento=facts.memento,
    )
