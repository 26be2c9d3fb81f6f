"""Our metadata record for each capture, from which the catalogue can be rebuilt.

The block is `application/warc-fields`. `via` and `fetchTimeMs` are fields that other tools know;
those that begin with `onrecord-` are ours.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from archive.errors import FormatError
from archive.models import Memento, Outcome, Role
from archive.warc.record_header import format_date, parse_date, strip_control_characters


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSession:
    """TLS parameters of a connection and its certificate chain, the server's own first."""

    version: str
    cipher: str
    leaf_sha256: str
    chain: tuple[bytes, ...] = ()  # DER; written once per WARC file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrigin:
    """The foreign file that a record was imported from."""

    name: str
    sha256: str
    offset: int  # of the record in that file


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureMetadata:
    """What we record about a capture; `outcome` and `role` always, the rest where known."""

    role: Role
    outcome: Outcome
    source: str = ""
    note: str = ""
    payload_sha256: str = ""
    media_type: str = ""  # if the capture has no HTTP header that states it
    via: str = ""  # the URL that redirected here
    original: str = ""  # of a revisit: id of the record that has the body
    fetch_ms: float | None = None
    date_offset: float | None = None  # seconds by which the server's Date is ahead of our clock
    tls: TlsSession | None = None
    origin: ImportOrigin | None = None
    memento: Memento | None = None  # if another web archive answered with a copy
    content: str = ""  # of what was withheld: its other items, as JSON in ASCII


def format_metadata(metadata: CaptureMetadata, *, with_chain: bool = True) -> bytes:
    """Return `metadata` as the block of a metadata record; without the TLS chain on request."""
    lines = (
        f"{name}: {strip_control_characters(value)}\r\n"
        for name, value in _list_fields(metadata, with_chain)
        if value
    )
    return "".join(lines).encode("utf-8", "surrogateescape")


def _list_fields(metadata: CaptureMetadata, with_chain: bool) -> Iterator[tuple[str, str]]:
    yield "onrecord-role", metadata.role.value
    yield "onrecord-outcome", metadata.outcome.value
    yield "onrecord-source", metadata.source
    yield "onrecord-note", metadata.note
    yield "onrecord-payload-sha256", metadata.payload_sha256
    yield "onrecord-media-type", metadata.media_type
    yield "onrecord-original", metadata.original
    yield "onrecord-content", metadata.content
    yield "via", metadata.via
    if metadata.fetch_ms is not None:
        yield "fetchTimeMs", f"{metadata.fetch_ms:.3f}"
    if metadata.date_offset is not None:
        yield "onrecord-date-offset", f"{metadata.date_offset:.3f}"
    if metadata.origin:
        yield "onrecord-taken-from", metadata.origin.name
        yield "onrecord-taken-from-sha256", metadata.origin.sha256
        yield "onrecord-taken-from-offset", str(metadata.origin.offset)
    if metadata.memento:
        yield "onrecord-memento-original", metadata.memento.original
        yield "onrecord-memento-datetime", format_date(metadata.memento.archived)
        yield "onrecord-memento-archive", metadata.memento.archive
    if metadata.tls:
        yield "onrecord-tls-version", metadata.tls.version
        yield "onrecord-tls-cipher", metadata.tls.cipher
        yield "onrecord-tls-leaf-sha256", metadata.tls.leaf_sha256
        for der in metadata.tls.chain if with_chain else ():
            yield "onrecord-tls-certificate", base64.b64encode(der).decode()


def parse_metadata(block: bytes) -> CaptureMetadata | None:
    """Return the metadata in a metadata record's `block`; None if it is not one of ours.

    FormatError if a value is missing or invalid.
    """
    chain: list[bytes] = []
    fields: dict[str, str] = {}
    for line in block.decode("utf-8", "surrogateescape").splitlines():
        name, _, value = line.partition(": ")
        if name == "onrecord-tls-certificate":
            chain.append(_decode_certificate(value))
        else:
            fields.setdefault(name, value)
    if "onrecord-outcome" not in fields:
        return None
    try:
        return _build_metadata(fields, tuple(chain))
    except (ValueError, KeyError) as error:
        raise FormatError(f"expected the metadata of a capture, found {error}") from error


def _decode_certificate(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise FormatError(f"expected a certificate, found {value[:40]!r}") from error


def _build_metadata(fields: dict[str, str], chain: tuple[bytes, ...]) -> CaptureMetadata:
    tls = origin = None
    if "onrecord-tls-version" in fields:
        tls = TlsSession(
            version=fields["onrecord-tls-version"],
            cipher=fields["onrecord-tls-cipher"],
            leaf_sha256=fields["onrecord-tls-leaf-sha256"],
            chain=chain,
        )
    if "onrecord-taken-from" in fields:
        origin = ImportOrigin(
            name=fields["onrecord-taken-from"],
            sha256=fields["onrecord-taken-from-sha256"],
            offset=int(fields["onrecord-taken-from-offset"]),
        )
    memento = None
    if "onrecord-memento-datetime" in fields:
        memento = Memento(
            original=fields["onrecord-memento-original"],
            archived=parse_date(fields["onrecord-memento-datetime"]),
            archive=fields["onrecord-memento-archive"],
        )
    return CaptureMetadata(
        role=Role(fields["onrecord-role"]),
        outcome=Outcome(fields["onrecord-outcome"]),
        source=fields.get("onrecord-source", ""),
        note=fields.get("onrecord-note", ""),
        payload_sha256=fields.get("onrecord-payload-sha256", ""),
        media_type=fields.get("onrecord-media-type", ""),
        original=fields.get("onrecord-original", ""),
        content=fields.get("onrecord-content", ""),
        via=fields.get("via", ""),
        fetch_ms=_parse_number(fields.get("fetchTimeMs")),
        date_offset=_parse_number(fields.get("onrecord-date-offset")),
        tls=tls,
        origin=origin,
        memento=memento,
    )


def _parse_number(text: str | None) -> float | None:
    return None if text is None else float(text)
