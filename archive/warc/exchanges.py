"""Exchanges with servers, as WARC files hold them: what was asked, answered, and said of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from archive.models import Capture, StoredRecord
from archive.warc.capture_metadata import CaptureMetadata, parse_metadata
from archive.warc.digests import sha256_of
from archive.warc.http_message import MAX_BODY, Response, decoded, payload_of
from archive.warc.record_builder import capture_of, response_of
from archive.warc.record_header import bare
from archive.warc.record_reader import MAX_BLOCK, Record, open_warc, read_records, read_stored_bytes

MAIN = frozenset({"response", "revisit", "resource"})
BESIDE = frozenset({"request", "metadata"})
_WAITING = 64  # requests that came before their response


@dataclass(kw_only=True)
class ArchivedExchange:
    """One exchange; `record` is what the capture is named after."""

    record: Record
    warc: str  # the file it lies in, as the caller calls it
    path: Path
    beside: tuple[Record, ...] = ()
    facts: CaptureMetadata | None = field(default=None)

    @property
    def id(self) -> str:
        return self.record.head.id

    @property
    def url(self) -> str:
        return self.record.head.url

    @property
    def captured(self) -> datetime:
        return self.record.head.date

    @property
    def kind(self) -> str:
        return self.record.head.kind

    @property
    def end(self) -> int:
        """Where its last record ends in a file of one gzip member a record, as ours are."""
        return max(each.offset + each.length for each in (self.record, *self.beside))

    @property
    def block(self) -> bytes:
        return self.record.block

    @cached_property
    def response(self) -> Response | None:
        """The HTTP response; None for a resource, a failure, or what is not HTTP."""
        kind = self.record.head.kind
        return response_of(self.record.kept) if kind in ("response", "revisit") else None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return self.response.headers if self.response else ()

    @property
    def payload(self) -> bytes:
        """The body after transfer decoding, content coding kept; b"" where there is none.

        That of a revisit is the original's: `facts.original` names it, `exchange_at` has it.
        """
        if self.response:
            return payload_of(self.block, self.response)
        return self.block if self.kind == "resource" else b""

    def body(self, limit: int = MAX_BODY) -> bytes:
        """Return the body without content coding; LimitError beyond `limit` bytes."""
        return decoded(self.payload, self.response, limit=limit) if self.response else self.payload

    @cached_property
    def stored(self) -> StoredRecord:
        """Where the record lies; of its member's bytes."""
        with open_warc(self.path) as file:
            file.seek(self.record.offset)
            digest = sha256_of(file.read(self.record.length))
        return StoredRecord(
            warc=self.warc,
            offset=self.record.offset,
            length=self.record.length,
            sha256=digest,
        )

    def capture(self) -> Capture | None:
        """Return the capture as it was when stored; None where we said nothing of it."""
        if self.facts is None:
            return None
        return capture_of(
            record_id=self.id,
            url=self.url,
            captured=self.captured,
            response=self.response,
            facts=self.facts,
            stored=self.stored,
        )


def read_exchanges(
    path: Path,
    *,
    warc: str = "",
    keep: int = MAX_BLOCK,
    start: int = 0,
    end: int | None = None,
) -> Iterator[ArchivedExchange]:
    """Yield the exchanges in the WARC file at `path`, in the order of their main records.

    With `start` and `end`, where exchanges begin, of that part.

    Records that name each other as concurrent are one exchange, if they lie next to each other;
    facts without a record are a failure. Errors are those of `records`.
    """
    name = warc or path.name
    current: ArchivedExchange | None = None
    waiting: list[Record] = []
    for record in read_records(path, keep=keep, start=start, end=end):
        kind = record.head.kind
        if kind in MAIN:
            if current:
                yield current
            current = ArchivedExchange(record=record, warc=name, path=path)
            for early in _of(current, waiting):
                _join(current, early)
            waiting = []
        elif kind in BESIDE:
            if current and _concurrent(current.record, record):
                _join(current, record)
            elif kind == "metadata" and (facts := parse_metadata(record.block)):
                if current:
                    yield current
                current = ArchivedExchange(record=record, warc=name, path=path, facts=facts)
            else:
                waiting = [*waiting[-_WAITING:], record]
    if current:
        yield current


def read_exchange(folder: Path, stored: StoredRecord) -> ArchivedExchange:
    """Return the exchange whose record is at `stored` below `folder`, without what is beside it.

    FixityError where the bytes are not those that were stored.
    """
    record = read_stored_bytes(folder, stored)
    return ArchivedExchange(record=record, warc=stored.warc, path=folder / stored.warc)


def _of(exchange: ArchivedExchange, waiting: list[Record]) -> list[Record]:
    return [record for record in waiting if _concurrent(exchange.record, record)]


def _concurrent(one: Record, other: Record) -> bool:
    return one.head.id in map(bare, other.head.all("WARC-Concurrent-To")) or other.head.id in map(
        bare, one.head.all("WARC-Concurrent-To")
    )


def _join(exchange: ArchivedExchange, record: Record) -> None:
    exchange.beside += (record,)
    if record.head.kind == "metadata":
        exchange.facts = parse_metadata(record.block) or exchange.facts
