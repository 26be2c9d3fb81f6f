"""What we say of a capture: a metadata record beside it, from which the catalogue can be rebuilt.

The block is `application/warc-fields`. `via` and `fetchTimeMs` are words that other tools know;
those that begin with `onrecord-` are ours.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from archive.errors import FormatError
from archive.models import Memento, Outcome, Role
from archive.warc.record_header import format_date, one_line, parse_date


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSession:
    """How a connection was secured, and by which certificates, the server's own first."""

    version: str
    cipher: str
    leaf_sha256: str
    chain: tuple[bytes, ...] = ()  # DER; written once a file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrigin:
    """The foreign file that a record was taken from."""

    name: str
    sha256: str
    offset: int  # of the record there


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureMetadata:
    """Our word on a capture; `outcome` and `role` are always there, the rest where known."""

    role: Role
    outcome: Outcome
    source: str = ""
    note: str = ""
    payload_sha256: str = ""
    media_type: str = ""  # where the capture has no HTTP head that says it
    via: str = ""  # the address that led here by a redirect
    original: str = ""  # id of the record that has the body of this one, a revisit
    fetch_ms: float | None = None
    date_offset: float | None = None  # seconds that the server's Date is ahead of our clock
    tls: TlsSession | None = None
    origin: ImportOrigin | None = None
    memento: Memento | None = None  # where another archive answered with a copy


def format_metadata(facts: CaptureMetadata, *, with_chain: bool = True) -> bytes:
    """Return `facts` as the block of a metadata record."""
    lines = (
        f"{name}: {one_line(value)}\r\n" for name, value in _fields(facts, with_chain) if value
    )
    return "".join(lines).encode("utf-8", "surrogateescape")


def _fields(facts: CaptureMetadata, with_chain: bool) -> Iterator[tuple[str, str]]:
    yield "onrecord-role", facts.role.value
    yield "onrecord-outcome", facts.outcome.value
    yield "onrecord-source", facts.source
    yield "onrecord-note", facts.note
    yield "onrecord-payload-sha256", facts.payload_sha256
    yield "onrecord-media-type", facts.media_type
    yield "onrecord-original", facts.original
    yield "via", facts.via
    if facts.fetch_ms is not None:
        yield "fetchTimeMs", f"{facts.fetch_ms:.3f}"
    if facts.date_offset is not None:
        yield "onrecord-date-offset", f"{facts.date_offset:.3f}"
    if facts.origin:
        yield "onrecord-taken-from", facts.origin.name
        yield "onrecord-taken-from-sha256", facts.origin.sha256
        yield "onrecord-taken-from-offset", str(facts.origin.offset)
    if facts.memento:
        yield "onrecord-memento-original", facts.memento.original
        yield "onrecord-memento-datetime", format_date(facts.memento.archived)
        yield "onrecord-memento-archive", facts.memento.archive
    if facts.tls:
        yield "onrecord-tls-version", facts.tls.version
        yield "onrecord-tls-cipher", facts.tls.cipher
        yield "onrecord-tls-leaf-sha256", facts.tls.leaf_sha256
        for der in facts.tls.chain if with_chain else ():
            yield "onrecord-tls-certificate", base64.b64encode(der).decode()


def parse_metadata(block: bytes) -> CaptureMetadata | None:
    """Return the facts that a metadata record's `block` states; None where it is not ours."""
    chain: list[bytes] = []
    said: dict[str, str] = {}
    for line in block.decode("utf-8", "surrogateescape").splitlines():
        name, _, value = line.partition(": ")
        if name == "onrecord-tls-certificate":
            chain.append(_certificate(value))
        else:
            said.setdefault(name, value)
    if "onrecord-outcome" not in said:
        return None
    try:
        return _read(said, tuple(chain))
    except (ValueError, KeyError) as error:
        raise FormatError(f"expected the facts of a capture, found {error}") from error


def _certificate(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise FormatError(f"expected a certificate, found {value[:40]!r}") from error


def _read(said: dict[str, str], chain: tuple[bytes, ...]) -> CaptureMetadata:
    tls = origin = None
    if "onrecord-tls-version" in said:
        tls = TlsSession(
            version=said["onrecord-tls-version"],
            cipher=said["onrecord-tls-cipher"],
            leaf_sha256=said["onrecord-tls-leaf-sha256"],
            chain=chain,
        )
    if "onrecord-taken-from" in said:
        origin = ImportOrigin(
            name=said["onrecord-taken-from"],
            sha256=said["onrecord-taken-from-sha256"],
            offset=int(said["onrecord-taken-from-offset"]),
        )
    memento = None
    if "onrecord-memento-datetime" in said:
        memento = Memento(
            original=said["onrecord-memento-original"],
            archived=parse_date(said["onrecord-memento-datetime"]),
            archive=said["onrecord-memento-archive"],
        )
    return CaptureMetadata(
        role=Role(said["onrecord-role"]),
        outcome=Outcome(said["onrecord-outcome"]),
        source=said.get("onrecord-source", ""),
        note=said.get("onrecord-note", ""),
        payload_sha256=said.get("onrecord-payload-sha256", ""),
        media_type=said.get("onrecord-media-type", ""),
        original=said.get("onrecord-original", ""),
        via=said.get("via", ""),
        fetch_ms=_number(said.get("fetchTimeMs")),
        date_offset=_number(said.get("onrecord-date-offset")),
        tls=tls,
        origin=origin,
        memento=memento,
    )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
