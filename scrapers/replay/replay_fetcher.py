"""Replay WARC files as fetchers: one for each recorded visit, in time order."""

import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import NAMESPACE_URL, uuid5

from archive.close_at_exit import ClosedAtExit
from archive.errors import FixityError, FormatError
from archive.models import Capture, Outcome, Role, StoredRecord, Validators
from archive.urls.web_address import resolve_location
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.digests import sha256_hex
from archive.warc.record_reader import Record, read_record, read_stored_bytes
from scrapers.fetch.fetcher import (
    FetchedResponse,
    UrlPredicate,
    log_response,
)
from scrapers.fetch.response import InterpretedResponse, interpret_response
from scrapers.fetch.withheld import Intake, UnstoredResponse, withheld_response, withhold
from scrapers.replay.archived_original import FindCapture, FindCaptures, find_archived_original
from scrapers.replay.file_contents import RecordedExchange
from scrapers.replay.interpret_record import capture_metadata, interpret_record, is_not_modified
from scrapers.replay.stated_digest import (
    payload_digest_problem,
    revisit_problem,
)
from scrapers.replay.warc_lookup import WarcLookup, build_lookup, find_original, group_by_visit
from scrapers.url_key import url_key
from scrapers.webarchives.replayed_copy import original_address

logger = logging.getLogger(__name__)

MAX_REDIRECTS = 10
_NO_ORIGINAL = "a revisit of a record that neither these files nor the archive have"
REDIRECT_TARGET_WITHIN = timedelta(minutes=1)  # after a redirect, its target was captured


class ReplaySink(Protocol):
    """Stores records of foreign WARC files; a WarcStore is one."""

    @property
    def folder(self) -> Path: ...
    def add_foreign(self, path: Path, record: Record, metadata: CaptureMetadata, /) -> Capture: ...
    def add_failure(
        self, url: str, when: datetime, metadata: CaptureMetadata, record_id: str = "", /
    ) -> Capture: ...


def _find_none(record_id: str) -> Capture | None:
    return None


def _find_no_captures(url: str) -> Sequence[Capture]:
    return ()


class ReplayedFiles(ClosedAtExit):
    """WARC and WACZ files, and folders of them, from which visits are replayed.

    Each requested record is stored unchanged before it is returned, unless `find_stored` returns
    the capture of its id. A revisit's original may also be in the archive: `find_captures` returns
    the captures of a URL. Use it as a context manager: it may need a scratch folder. What of the
    files cannot be taken is in `lookup.refused`; FormatError, LimitError and StorageError where
    none of them can be read, unless `allow_unreadable`.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        store: ReplaySink,
        *,
        find_stored: FindCapture = _find_none,
        find_captures: FindCaptures = _find_no_captures,
        allow_unreadable: bool = False,
        intake: Intake | None = None,
    ) -> None:
        self._intake = intake
        self._scratch = tempfile.TemporaryDirectory(prefix="onrecord-")
        self._store, self._find_stored = store, find_stored
        self._find_captures = find_captures
        self._stored_captures: dict[str, Capture] = {}
        try:
            self.lookup: WarcLookup = build_lookup(paths, Path(self._scratch.name))
            unreadable = self.lookup.unreadable
            if unreadable and len(unreadable) == len(self.lookup.refused) and not allow_unreadable:
                raise next(iter(unreadable.values()))
        except BaseException:
            self._scratch.cleanup()
            raise

    def close(self) -> None:
        self._scratch.cleanup()

    def visits(
        self, source: str, listings: Iterable[str], is_page: UrlPredicate
    ) -> Iterator["ReplayFetcher"]:
        """Yield, in time order, the visits to `source` that the files record.

        A visit is an instant at which one of `listings`, or a URL for which `is_page` holds, was
        captured; two captures of one URL at an instant are two visits.
        """
        listing_keys = {url_key(url) for url in listings}
        source_exchanges = (
            e
            for e in self.lookup.exchanges
            if url_key(e.url) in listing_keys or any(map(is_page, e.addresses))
        )
        for exchanges in group_by_visit(source_exchanges):
            yield ReplayFetcher(self, exchanges)

    def refusal_reason(self, exchange: RecordedExchange) -> str:
        """Return why `store_record` would refuse the record; "" where it would store it."""
        record = read_record(exchange.file.path, exchange.offset, verify=True)
        if record.header.kind == "revisit":
            if is_not_modified(record):
                return ""
            original = self._locate_original(exchange, record)
            return self._original_problem(record, original) if original else _NO_ORIGINAL
        if problem := payload_digest_problem(record):
            return problem
        payload = interpret_record(record).payload_sha256
        first = self.lookup.by_id[exchange.id]
        try:
            if known := self._find_stored(exchange.id):
                _require_same(known.captured, known.payload_sha256, exchange, payload)
            if first is not exchange:
                other = interpret_record(read_record(first.file.path, first.offset))
                _require_same(first.captured, other.payload_sha256, exchange, payload)
        except (FixityError, FormatError) as error:
            return str(error)
        return ""

    def store_record(
        self, exchange: RecordedExchange, *, source: str, role: Role
    ) -> FetchedResponse:
        """Store the record of `exchange`, unless it is stored already, and return its response."""
        record = read_record(exchange.file.path, exchange.offset, verify=True)
        if mismatch := record.wrong_digest():
            note = f"{exchange.file.name} has it, but not as its digest says: {mismatch}"
            return _not_held_response(exchange.url, exchange.captured, source, role, note)
        if problem := payload_digest_problem(record):
            return _not_held_response(exchange.url, exchange.captured, source, role, problem)
        entry = self._intake.erasure_at(exchange.url, exchange.id) if self._intake else None
        if self._intake and entry is not None:
            self._intake.record(entry, sha256_hex(record.block))
            return withheld_response(
                exchange.url, exchange.captured, source=source, role=role, entry=entry
            )
        if record.header.kind == "revisit":
            response = self._store_revisit(exchange, record, source, role)
        else:
            response = self._store_whole(exchange, record, source, role)
        log_response(logger, response)
        return response

    def _store_whole(
        self, exchange: RecordedExchange, record: Record, source: str, role: Role
    ) -> FetchedResponse:
        interpreted = interpret_record(record)
        metadata = capture_metadata(exchange, record, source, role, interpreted)
        if withheld := self._withhold(exchange, record, metadata, interpreted):
            return withheld
        capture = self._store_once(exchange, record, metadata)
        return FetchedResponse(capture=capture, headers=interpreted.headers, body=interpreted.body)

    def _store_revisit(
        self, exchange: RecordedExchange, record: Record, source: str, role: Role
    ) -> FetchedResponse:
        interpreted = interpret_response(record.block)
        body, original_id = b"", ""
        if not is_not_modified(record):
            original = self._locate_original(exchange, record)
            problem = self._original_problem(record, original) if original else ""
            if isinstance(original, RecordedExchange) and not problem:
                original = self.store_record(original, source=source, role=role)
            if problem or not isinstance(original, FetchedResponse) or not original.capture.id:
                note = problem or _NO_ORIGINAL
                return _not_held_response(exchange.url, exchange.captured, source, role, note)
            interpreted = replace(
                interpreted,
                outcome=original.capture.outcome,
                note=original.capture.note,
                payload_sha256=original.capture.payload_sha256,
            )
            body, original_id = original.body, original.capture.id
        metadata = replace(
            capture_metadata(exchange, record, source, role, interpreted), original=original_id
        )
        whole = replace(interpreted, body=body)
        if withheld := self._withhold(exchange, record, metadata, whole):
            return withheld
        capture = self._store_once(exchange, record, metadata)
        return FetchedResponse(capture=capture, headers=interpreted.headers, body=body)

    def _withhold(
        self,
        exchange: RecordedExchange,
        record: Record,
        metadata: CaptureMetadata,
        interpreted: InterpretedResponse,
    ) -> FetchedResponse | None:
        """Return a record's response where it must not be stored; None for any other.

        One that is in the archive stays there. The record of what is withheld has an id of its own,
        which follows from that of the record.
        """
        if self._intake is None or self._find_stored(exchange.id):
            return None
        response = interpreted.response
        unstored = UnstoredResponse(
            url=exchange.url,
            received_at=exchange.captured,
            received=record.block,
            media_type=response.media_type if response else record.header.get("Content-Type"),
            interpreted=interpreted,
            metadata=metadata,
        )
        return withhold(self._intake, unstored, partial(self._store_rest, exchange))

    def _store_rest(self, exchange: RecordedExchange, metadata: CaptureMetadata) -> Capture:
        """Store once a record of what else a withheld one has."""
        record_id = uuid5(NAMESPACE_URL, f"withheld {exchange.id}").urn
        known = self._stored_captures.get(record_id) or self._find_stored(record_id)
        if known is None:
            known = self._store.add_failure(exchange.url, exchange.captured, metadata, record_id)
            self._stored_captures[record_id] = known
        return known

    def _locate_original(
        self, exchange: RecordedExchange, revisit: Record
    ) -> RecordedExchange | FetchedResponse | None:
        """Return the response whose payload a revisit has: in the files, or in the archive.

        A revisit of a revisit has that one's original.
        """
        seen = {exchange.id}
        while (original := find_original(revisit, self.lookup)) and original.kind == "revisit":
            if original.id in seen:
                return None
            seen.add(original.id)
            revisit = read_record(original.file.path, original.offset, verify=True)
        return original or find_archived_original(
            revisit, self._store.folder, self._find_stored, self._find_captures
        )

    def _original_problem(
        self, revisit: Record, original: RecordedExchange | FetchedResponse
    ) -> str:
        """Return why a revisit cannot be one of `original`; "" where it can."""
        if isinstance(original, FetchedResponse):
            record = read_stored_bytes(self._store.folder, original.capture.stored)
        else:
            record = read_record(original.file.path, original.offset)
        return revisit_problem(revisit, record)

    def _store_once(
        self, exchange: RecordedExchange, record: Record, metadata: CaptureMetadata
    ) -> Capture:
        capture = self._stored_captures.get(exchange.id) or self._find_stored(exchange.id)
        if capture is None:
            capture = self._store.add_foreign(exchange.file.path, record, metadata)
        else:
            _require_same(
                capture.captured, capture.payload_sha256, exchange, metadata.payload_sha256
            )
        if capture.role is Role.REQUISITE or not capture.source:
            # A page is a page, whoever stored it first.
            capture = replace(capture, role=metadata.role, source=capture.source or metadata.source)
        self._stored_captures[exchange.id] = capture
        return capture


class ReplayFetcher:
    """One visit, as the files record it."""

    def __init__(self, files: ReplayedFiles, exchanges: Sequence[RecordedExchange]) -> None:
        self.visited_at: datetime = exchanges[0].captured
        self._files = files
        self._exchanges = {url_key(exchange.url): exchange for exchange in exchanges}

    def fetch(
        self, url: str, *, source: str, role: Role, validators: Validators | None = None
    ) -> list[FetchedResponse]:
        """Return the capture of `url` at this instant, and those of its redirect targets.

        A URL that the files lack at this instant is one response, `not-held`, and nothing is
        stored. The target of a redirect may have been captured up to a minute later.
        """
        hops: list[FetchedResponse] = []
        exchange = self._exchanges.get(url_key(url)) or self._find_between(
            url, self.visited_at, self.visited_at
        )
        while exchange and len(hops) < MAX_REDIRECTS:
            hops.append(self._files.store_record(exchange, source=source, role=role))
            if hops[-1].capture.outcome is not Outcome.REDIRECT:
                return hops
            try:
                url = resolve_location(exchange.url, hops[-1].header("Location"))
                url = original_address(url)
            except FormatError:
                return hops  # a redirect to no address: a problem of the redirect itself
            exchange = self._find_between(
                url, exchange.captured, exchange.captured + REDIRECT_TARGET_WITHIN
            )
        note = f"more than {MAX_REDIRECTS} redirects" if exchange else ""
        return [*hops, _not_held_response(url, self.visited_at, source, role, note)]

    def iter_captured_pages(self, is_page: UrlPredicate) -> Iterator[str]:
        """Yield the URLs captured at this visit for which `is_page` holds."""
        for exchange in self._exchanges.values():
            if any(map(is_page, exchange.addresses)):
                yield exchange.url

    def _find_between(self, url: str, first: datetime, last: datetime) -> RecordedExchange | None:
        captures = self._files.lookup.find(url)
        return next((exchange for exchange in captures if first <= exchange.captured <= last), None)


def _require_same(
    captured: datetime, payload_sha256: str, exchange: RecordedExchange, payload: str
) -> None:
    """Raise FormatError or FixityError where two records of one id are not the same capture."""
    if captured != exchange.captured:
        raise FormatError(
            f"{exchange.id} is the id of two records, also in {exchange.file.name}",
            f"{captured:%Y-%m-%dT%H:%M:%SZ}",
            f"{exchange.captured:%Y-%m-%dT%H:%M:%SZ}",
        )
    if payload_sha256 != payload:
        raise FixityError(
            f"{exchange.id}, also in {exchange.file.name}",
            payload_sha256 or "without a body",
            payload or "none",
        )


def _not_held_response(
    url: str, when: datetime, source: str, role: Role, note: str
) -> FetchedResponse:
    no_record = StoredRecord(warc="", offset=0, length=0, sha256="")
    capture = Capture(
        id="",
        url=url,
        captured=when,
        outcome=Outcome.NOT_HELD,
        role=role,
        source=source,
        status=None,
        media_type="",
        payload_sha256="",
        stored=no_record,
        note=note or f"not captured at {when:%Y-%m-%dT%H:%M:%SZ} in the replayed files",
    )
    return FetchedResponse(capture=capture, headers=(), body=b"")
