"""What WARC files hold, by address and instant: read once, from the heads of their records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from archive.errors import FormatError
from archive.warc.input_files import InputFile
from archive.warc.record_header import bare, parse_date
from archive.warc.record_reader import Record, read_records
from scrapers.url_key import url_key

_PEEK_BYTES = 4096  # bytes of a block kept while the files are read through
_OUTCOME_FIELD = b"onrecord-outcome: "


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """A record: what it is of, and where it lies."""

    id: str
    url: str
    when: datetime
    kind: str  # response, revisit, resource; metadata: that no answer came
    file: InputFile
    offset: int


@dataclass(slots=True)
class WarcLookup:
    """Every capture in some WARC files; memory grows with their number, not their size."""

    places: list[RecordedExchange] = field(default_factory=list)
    by_url: dict[str, list[RecordedExchange]] = field(default_factory=dict)
    by_digest: dict[str, RecordedExchange] = field(
        default_factory=dict
    )  # as stated, of whole responses
    by_id: dict[str, RecordedExchange] = field(default_factory=dict)

    def of(self, url: str) -> list[RecordedExchange]:
        """Return the captures of `url`, in order of their dates and then of the files."""
        return self.by_url.get(url_key(url), [])


def build_lookup(files: Iterable[InputFile]) -> WarcLookup:
    """Read through `files`; FormatError or LimitError names the one that cannot be read."""
    found = WarcLookup()
    for file in files:
        for record in read_records(file.path, keep=_PEEK_BYTES):
            if place := _recorded_exchange(record, file):
                found.places.append(place)
                found.by_id.setdefault(place.id, place)
                digest = record.head.get("WARC-Payload-Digest")
                if digest and place.kind == "response":
                    found.by_digest.setdefault(digest, place)
    found.places.sort(key=lambda place: place.when)
    for place in found.places:
        found.by_url.setdefault(url_key(place.url), []).append(place)
    return found


def _recorded_exchange(record: Record, file: InputFile) -> RecordedExchange | None:
    """Return where a capture lies; None for a record that is none."""
    head = record.head
    if head.kind == "metadata":
        if head.get("WARC-Concurrent-To") or _OUTCOME_FIELD not in record.kept:
            return None
    elif head.kind not in ("response", "revisit", "resource"):
        return None
    if not head.url.lower().startswith(("http://", "https://")) or not head.id:
        return None
    try:
        when = parse_date(head.get("WARC-Date"))
    except FormatError as error:
        raise FormatError(f"{file.name}: byte {record.offset}: {error}") from error
    return RecordedExchange(
        id=head.id, url=head.url, when=when, kind=head.kind, file=file, offset=record.offset
    )


def find_original(revisit: Record, found: WarcLookup) -> RecordedExchange | None:
    """Return the record whose payload `revisit` says it has too (WARC 1.1, 6.7); None if lacking.

    The record it names, else the address and date it names, else any with the same digest.
    """
    head = revisit.head
    if place := found.by_id.get(bare(head.get("WARC-Refers-To"))):
        return place
    url, date = bare(head.get("WARC-Refers-To-Target-URI")), head.get("WARC-Refers-To-Date")
    if url and date:
        for place in found.of(url):
            if place.kind == "response" and place.when == parse_date(date):
                return place
    return found.by_digest.get(head.get("WARC-Payload-Digest"))


def group_by_visit(places: Iterable[RecordedExchange]) -> Iterator[list[RecordedExchange]]:
    """Yield `places`, which are in order of date, as visits: each instant one.

    Where an address was captured more than once at an instant, the instant is as many visits.
    """
    now: list[list[RecordedExchange]] = []
    for place in places:
        if now and now[0][0].when != place.when:
            yield from now
            now = []
        address = url_key(place.url)
        free = (each for each in now if all(url_key(other.url) != address for other in each))
        visit = next(free, None)
        if visit is None:
            now.append([place])
        else:
            visit.append(place)
    yield from now
