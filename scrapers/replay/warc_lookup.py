"""Index the captures in WARC files by URL, digest and record id, from the records' headers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from archive.errors import FormatError
from archive.warc.input_files import InputFile
from archive.warc.record_header import parse_date, strip_brackets
from archive.warc.record_reader import Record, read_records
from scrapers.url_key import either_scheme, url_key
from scrapers.webarchives.replayed_copy import original_address, replay_instant

_PEEK_BYTES = 4096  # of each block, kept while the files are read
_OUTCOME_FIELD = b"onrecord-outcome: "


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """One record of a capture, and its position in a file.

    A page that another web archive replayed is a capture of the page's own address, at the instant
    at which that archive captured it.
    """

    id: str
    url: str
    captured: datetime  # by the archive that replayed it, where one did
    recorded: datetime  # WARC-Date
    kind: str  # response, revisit, resource; metadata: no response was received
    file: InputFile
    offset: int
    is_replayed: bool = False  # by another web archive

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses by which a source may know the page."""
        return either_scheme(self.url) if self.is_replayed else (self.url,)


@dataclass(slots=True)
class WarcLookup:
    """All captures in some WARC files; memory grows with their number, not their size."""

    exchanges: list[RecordedExchange] = field(default_factory=list)
    by_url: dict[str, list[RecordedExchange]] = field(default_factory=dict)
    by_digest: dict[str, RecordedExchange] = field(
        default_factory=dict
    )  # as stated, of whole responses
    by_id: dict[str, RecordedExchange] = field(default_factory=dict)

    def find(self, url: str) -> list[RecordedExchange]:
        """Return the captures of `url`, in order of their dates and then of the files."""
        return self.by_url.get(url_key(original_address(url)), [])


def build_lookup(files: Iterable[InputFile]) -> WarcLookup:
    """Index `files`; FormatError or LimitError names the file that cannot be read."""
    lookup = WarcLookup()
    for file in files:
        for record in read_records(file.path, keep=_PEEK_BYTES):
            if exchange := _recorded_exchange(record, file):
                lookup.exchanges.append(exchange)
                lookup.by_id.setdefault(exchange.id, exchange)
                digest = record.header.get("WARC-Payload-Digest")
                if digest and exchange.kind == "response":
                    lookup.by_digest.setdefault(digest, exchange)
    lookup.exchanges.sort(key=lambda exchange: exchange.captured)
    for exchange in lookup.exchanges:
        lookup.by_url.setdefault(url_key(exchange.url), []).append(exchange)
    return lookup


def _recorded_exchange(record: Record, file: InputFile) -> RecordedExchange | None:
    """Return the capture that `record` is of; None for other records."""
    head = record.header
    if head.kind == "metadata":
        if head.get("WARC-Concurrent-To") or _OUTCOME_FIELD not in record.block_prefix:
            return None
    elif head.kind not in ("response", "revisit", "resource"):
        return None
    if not head.url.lower().startswith(("http://", "https://")) or not head.id:
        return None
    try:
        recorded = parse_date(head.get("WARC-Date"))
    except FormatError as error:
        raise FormatError(f"{file.name}: byte {record.offset}: {error}") from error
    instant = replay_instant(head.url)
    return RecordedExchange(
        id=head.id,
        url=original_address(head.url),
        captured=instant or recorded,
        recorded=recorded,
        kind=head.kind,
        file=file,
        offset=record.offset,
        is_replayed=instant is not None,
    )


def find_original(revisit: Record, lookup: WarcLookup) -> RecordedExchange | None:
    """Return the record to whose payload `revisit` refers (WARC 1.1, 6.7); None if not in files.

    The record with the id it names, else with the URL and date, else any with the same digest.
    """
    head = revisit.header
    if exchange := lookup.by_id.get(strip_brackets(head.get("WARC-Refers-To"))):
        return exchange
    url, date = (
        strip_brackets(head.get("WARC-Refers-To-Target-URI")),
        head.get("WARC-Refers-To-Date"),
    )
    if url and date:
        for exchange in lookup.find(url):
            if exchange.kind == "response" and exchange.recorded == parse_date(date):
                return exchange
    return lookup.by_digest.get(head.get("WARC-Payload-Digest"))


def group_by_visit(exchanges: Iterable[RecordedExchange]) -> Iterator[list[RecordedExchange]]:
    """Group `exchanges`, which are in order of date, into visits: one for each instant.

    Where a URL was captured n times at one instant, that instant becomes n visits.
    """
    visits: list[list[RecordedExchange]] = []
    for exchange in exchanges:
        if visits and visits[0][0].captured != exchange.captured:
            yield from visits
            visits = []
        exchange_key = url_key(exchange.url)
        free = (
            group
            for group in visits
            if all(url_key(member.url) != exchange_key for member in group)
        )
        visit = next(free, None)
        if visit is None:
            visits.append([exchange])
        else:
            visit.append(exchange)
    yield from visits
