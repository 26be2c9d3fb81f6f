"""Index the captures in WARC files by URL, digest and record id, from the records' headers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archive.errors import ArchiveError, FormatError, LimitError, StorageError
from archive.warc.inputs.input_files import Scratch, list_input_paths, open_input
from archive.warc.inputs.refused_input import RefusedInput
from archive.warc.record_header import parse_date, strip_brackets
from archive.warc.record_reader import Record
from scrapers.replay.file_contents import FileContents, RecordedExchange, read_contents
from scrapers.url_key import url_key
from scrapers.webarchives.replayed_copy import original_address


@dataclass(slots=True)
class WarcLookup:
    """All captures in some WARC files; memory grows with their number, not their size."""

    exchanges: list[RecordedExchange] = field(default_factory=list)
    by_url: dict[str, list[RecordedExchange]] = field(default_factory=dict)
    by_digest: dict[str, RecordedExchange] = field(
        default_factory=dict
    )  # as stated, of whole responses
    by_id: dict[str, RecordedExchange] = field(default_factory=dict)
    refused: dict[Path, list[RefusedInput]] = field(default_factory=dict)  # by path given
    unreadable: dict[Path, ArchiveError] = field(default_factory=dict)  # likewise: why it is

    def find(self, url: str) -> list[RecordedExchange]:
        """Return the captures of `url`, in order of their dates and then of the files."""
        return self.by_url.get(url_key(original_address(url)), [])


def build_lookup(paths: Iterable[Path], scratch: Path) -> WarcLookup:
    """Index the files at `paths`; what of them cannot be taken is in `refused`.

    Of a path of which nothing can be read, the first error is in `unreadable`.
    """
    lookup, copies = WarcLookup(), Scratch(scratch)
    for given in dict.fromkeys(paths):
        refused = lookup.refused.setdefault(given, [])
        count, errors = 0, list[ArchiveError]()
        try:
            for path in list_input_paths(given):
                count += _add_file(lookup, path, given, copies, errors)
        except (FormatError, StorageError) as error:
            refused.append(RefusedInput(file=given.name, reason=str(error)))
            errors.append(_named(error, given.name))
        if errors and not count:
            lookup.unreadable[given] = errors[0]
    lookup.exchanges.sort(key=lambda exchange: exchange.captured)
    for exchange in lookup.exchanges:
        lookup.by_url.setdefault(url_key(exchange.url), []).append(exchange)
    return lookup


def _add_file(
    lookup: WarcLookup, path: Path, given: Path, copies: Scratch, errors: list[ArchiveError]
) -> int:
    """Add the records of the file at `path` or of those in it; return their number.

    What ends the reading is added to `errors`.
    """
    refused, name, count = lookup.refused[given], path.name, 0
    try:
        files = open_input(path, given, copies)
        while file := next(files, None):
            name = file.name
            try:
                contents = read_contents(file, copies)
            except (FormatError, LimitError) as error:
                refused.append(RefusedInput(file=name, reason=str(error)))
                errors.append(_named(error, name))
                continue
            _add_contents(lookup, contents)
            refused += contents.refused
            count += contents.records
    except (FormatError, LimitError, StorageError) as error:
        refused.append(RefusedInput(file=name, reason=str(error)))
        errors.append(_named(error, name))
    return count


def _named(error: ArchiveError, name: str) -> ArchiveError:
    text = str(error)
    return type(error)(text if name in text else f"{name}: {text}")


def _add_contents(lookup: WarcLookup, contents: FileContents) -> None:
    for exchange, digest in contents.exchanges:
        lookup.exchanges.append(exchange)
        lookup.by_id.setdefault(exchange.id, exchange)
        if digest and exchange.kind == "response":
            lookup.by_digest.setdefault(digest, exchange)


def find_original(revisit: Record, lookup: WarcLookup) -> RecordedExchange | None:
    """Return the record to whose payload `revisit` refers (WARC 1.1, 6.7); None if not in files.

    The record with the id it names, else with the URL and date, else any with the same digest.
    """
    head = revisit.header
    if exchange := lookup.by_id.get(strip_brackets(head.get("WARC-Refers-To"))):
        return exchange
    url, date = referred_url(revisit), referred_date(revisit)
    if url and date:
        for exchange in lookup.find(url):
            if exchange.kind == "response" and exchange.recorded == date:
                return exchange
    return lookup.by_digest.get(head.get("WARC-Payload-Digest"))


def referred_url(revisit: Record) -> str:
    """Return the address whose earlier capture `revisit` refers to; "" where it names none."""
    return strip_brackets(revisit.header.get("WARC-Refers-To-Target-URI"))


def referred_date(revisit: Record) -> datetime | None:
    """Return the instant of the capture to which `revisit` refers; None where it names none."""
    try:
        return parse_date(revisit.header.get("WARC-Refers-To-Date"))
    except FormatError:
        return None


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
