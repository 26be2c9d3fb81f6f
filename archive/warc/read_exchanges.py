"""Read exchanges from WARC files: a response with its request and our metadata record."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from archive.models import Capture, StoredRecord
from archive.warc.capture_metadata import CaptureMetadata, parse_metadata
from archive.warc.digests import sha256_hex
from archive.warc.parse_http import MAX_BODY_BYTES, Response, decode_content, extract_payload
from archive.warc.record_builder import build_capture, try_parse_response
from archive.warc.record_header import strip_brackets
from archive.warc.record_reader import (
    MAX_BLOCK_BYTES,
    Record,
    open_warc,
    read_records,
    read_stored_bytes,
)

MAIN_RECORD_KINDS = frozenset({"response", "revisit", "resource"})
RELATED_RECORD_KINDS = frozenset({"request", "metadata"})
_MAX_PENDING_RECORDS = 64  # related records that precede their response


@dataclass(kw_only=True)
class ArchivedExchange:
    """One exchange; the id of `record` is the capture's id."""

    record: Record
    warc: str  # the name the caller gives to the file
    path: Path
    related: tuple[Record, ...] = ()
    metadata: CaptureMetadata | None = field(default=None)

    @property
    def id(self) -> str:
        return self.record.header.id

    @property
    def url(self) -> str:
        return self.record.header.url

    @property
    def captured(self) -> datetime:
        return self.record.header.date

    @property
    def kind(self) -> str:
        return self.record.header.kind

    @property
    def end(self) -> int:
        """End offset of its last record, in a file of one gzip member per record, as ours are."""
        return max(record.offset + record.length for record in (self.record, *self.related))

    @property
    def block(self) -> bytes:
        return self.record.block

    @cached_property
    def response(self) -> Response | None:
        """The HTTP response; None for a resource, a failure, or bytes that are not HTTP."""
        kind = self.record.header.kind
        return (
            try_parse_response(self.record.block_prefix)
            if kind in ("response", "revisit")
            else None
        )

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return self.response.headers if self.response else ()

    @property
    def payload(self) -> bytes:
        """The body after transfer decoding, content coding kept; b"" without a body.

        The body of a revisit is in the record that `metadata.original` names.
        """
        if self.response:
            return extract_payload(self.block, self.response)
        return self.block if self.kind == "resource" else b""

    def body(self, limit: int = MAX_BODY_BYTES) -> bytes:
        """Return the body without content coding; LimitError beyond `limit` bytes."""
        return (
            decode_content(self.payload, self.response, limit=limit)
            if self.response
            else self.payload
        )

    @cached_property
    def stored(self) -> StoredRecord:
        """Location of the record and digest of its stored bytes."""
        with open_warc(self.path) as file:
            file.seek(self.record.offset)
            digest = sha256_hex(file.read(self.record.length))
        return StoredRecord(
            warc=self.warc,
            offset=self.record.offset,
            length=self.record.length,
            sha256=digest,
        )

    def capture(self) -> Capture | None:
        """Return the capture as it was when stored; None without a metadata record of ours."""
        if self.metadata is None:
            return None
        return build_capture(
            record_id=self.id,
            url=self.url,
            captured=self.captured,
            response=self.response,
            metadata=self.metadata,
            stored=self.stored,
        )


def read_exchanges(
    path: Path,
    *,
    warc: str = "",
    keep: int = MAX_BLOCK_BYTES,
    start: int = 0,
    end: int | None = None,
) -> Iterator[ArchivedExchange]:
    """Yield the exchanges in the WARC file at `path`, in the order of their main records.

    `start` and `end`, offsets at which exchanges begin, restrict it to that part.

    Adjacent records that name each other in WARC-Concurrent-To are one exchange; metadata of ours
    without another record is a failed capture. Errors are those of `read_records`.
    """
    name = warc or path.name
    current: ArchivedExchange | None = None
    pending: list[Record] = []
    for record in read_records(path, keep=keep, start=start, end=end):
        kind = record.header.kind
        if kind in MAIN_RECORD_KINDS:
            if current:
                yield current
            current = ArchivedExchange(record=record, warc=name, path=path)
            for related_record in _select_related(current, pending):
                _attach_record(current, related_record)
            pending = []
        elif kind in RELATED_RECORD_KINDS:
            if current and _are_concurrent(current.record, record):
                _attach_record(current, record)
            elif kind == "metadata" and (metadata := parse_metadata(record.block)):
                if current:
                    yield current
                current = ArchivedExchange(record=record, warc=name, path=path, metadata=metadata)
            else:
                pending = [*pending[-_MAX_PENDING_RECORDS:], record]
    if current:
        yield current


def read_exchange(folder: Path, stored: StoredRecord) -> ArchivedExchange:
    """Return the exchange whose record is at `stored` below `folder`, without related records.

    FixityError if the bytes are not those that were stored.
    """
    record = read_stored_bytes(folder, stored)
    return ArchivedExchange(record=record, warc=stored.warc, path=folder / stored.warc)


def _select_related(exchange: ArchivedExchange, pending: list[Record]) -> list[Record]:
    return [record for record in pending if _are_concurrent(exchange.record, record)]


def _are_concurrent(record: Record, other_record: Record) -> bool:
    return record.header.id in map(
        strip_brackets, other_record.header.get_all("WARC-Concurrent-To")
    ) or other_record.header.id in map(strip_brackets, record.header.get_all("WARC-Concurrent-To"))


def _attach_record(exchange: ArchivedExchange, record: Record) -> None:
    exchange.related += (record,)
    if record.header.kind == "metadata":
        exchange.metadata = parse_metadata(record.block) or exchange.metadata
