"""The same door, answering from WARC files: visits as they were made, in time order."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol
from urllib.parse import urljoin

from archive.errors import FixityError, FormatError
from archive.models import Capture, Outcome, Role, StoredRecord
from archive.warc.capture_metadata import CaptureMetadata, ImportOrigin, parse_metadata
from archive.warc.digests import sha256_of
from archive.warc.input_files import open_input_files
from archive.warc.record_reader import Record, read_record
from scrapers.fetch.fetcher import FetchedResponse, UrlPredicate, Validators
from scrapers.fetch.outcome import judge_response
from scrapers.fetch.response import InterpretedResponse, interpret_response
from scrapers.fetch.warc_lookup import (
    RecordedExchange,
    WarcLookup,
    build_lookup,
    find_original,
    group_by_visit,
)
from scrapers.url_key import url_key

MAX_REDIRECTS = 10
REDIRECT_TARGET_WITHIN = timedelta(minutes=1)  # after a redirect, its target was captured


class ReplaySink(Protocol):
    """Where foreign records are stored: a WarcStore."""

    def add_foreign(self, path: Path, record: Record, facts: CaptureMetadata) -> Capture: ...


def _find_none(record_id: str) -> Capture | None:
    return None


class ReplayedFiles:
    """WARC and WACZ files, and folders of them, as a way to publishers' pages.

    Each record that is asked for is stored, as it is, before it is answered with, unless `holds`
    returns the capture of its id. Use it as a context manager: it may need a scratch folder.
    FormatError, LimitError and StorageError name the file that cannot be read.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        store: ReplaySink,
        *,
        holds: Callable[[str], Capture | None] = _find_none,
    ) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="onrecord-")
        self._store, self._holds = store, holds
        self._taken: dict[str, Capture] = {}
        try:
            self.held: WarcLookup = build_lookup(
                list(open_input_files(paths, Path(self._scratch.name)))
            )
        except BaseException:
            self._scratch.cleanup()
            raise

    def __enter__(self) -> "ReplayedFiles":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._scratch.cleanup()

    def visits(
        self, source: str, listings: Iterable[str], claims: UrlPredicate
    ) -> Iterator["ReplayFetcher"]:
        """Yield, in time order, the visits to `source` that the files record.

        A visit is an instant at which one of `listings` or an address that `claims` was captured;
        two captures of one address at an instant are two visits.
        """
        wanted = {url_key(url) for url in listings}
        mine = (p for p in self.held.places if url_key(p.url) in wanted or claims(p.url))
        for places in group_by_visit(mine):
            yield ReplayFetcher(self, places)

    def take(self, place: RecordedExchange, *, source: str, role: Role) -> FetchedResponse:
        """Store the record at `place`, unless it is held already, and return what it answers."""
        record = read_record(place.file.path, place.offset, check=True)
        if wrong := record.wrong_digest():
            note = f"{place.file.name} has it, but not as its digest says: {wrong}"
            return _not_held_response(place.url, place.when, source, role, note)
        if record.head.kind == "revisit":
            return self._take_revisit(place, record, source, role)
        return self._take_whole(place, record, source, role)

    def _take_whole(
        self, place: RecordedExchange, record: Record, source: str, role: Role
    ) -> FetchedResponse:
        answer = _interpret_record(record)
        facts = _capture_metadata(place, source, role, answer)
        capture = self._keep(place, record, facts)
        return FetchedResponse(capture=capture, headers=answer.headers, body=answer.body)

    def _take_revisit(
        self, place: RecordedExchange, record: Record, source: str, role: Role
    ) -> FetchedResponse:
        answer = interpret_response(record.block)
        body, original = b"", ""
        if not (answer.response and answer.response.status == 304):
            first = find_original(record, self.held)
            if first is None:
                note = "a revisit of a record that these files lack"
                answer = replace(answer, outcome=Outcome.NOT_HELD, note=note)
            elif first.kind == "revisit":
                raise FormatError(f"{place.file.name}: {place.id}: a revisit of a revisit")
            else:
                whole = self.take(first, source=source, role=role)
                answer = replace(
                    answer,
                    outcome=whole.capture.outcome,
                    note=whole.capture.note,
                    payload_sha256=whole.capture.payload_sha256,
                )
                body, original = whole.body, first.id
        facts = replace(_capture_metadata(place, source, role, answer), original=original)
        capture = self._keep(place, record, facts)
        return FetchedResponse(capture=capture, headers=answer.headers, body=body)

    def _keep(self, place: RecordedExchange, record: Record, facts: CaptureMetadata) -> Capture:
        held = self._taken.get(place.id) or self._holds(place.id)
        if held is None:
            held = self._store.add_foreign(place.file.path, record, facts)
        elif held.payload_sha256 != facts.payload_sha256:
            raise FixityError(
                f"{place.id}, also in {place.file.name}",
                held.payload_sha256 or "without a body",
                facts.payload_sha256 or "none",
            )
        self._taken[place.id] = held
        return held


class ReplayFetcher:
    """One instant, as the files record it."""

    def __init__(self, files: ReplayedFiles, places: Sequence[RecordedExchange]) -> None:
        self.when: datetime = places[0].when
        self._files = files
        self._places = {url_key(place.url): place for place in places}

    def get(
        self, url: str, *, source: str, role: Role, held: Validators | None = None
    ) -> list[FetchedResponse]:
        """Return the capture of `url` at this instant, and of what it redirects to.

        An address that the files do not have then is one answer, `not-held`, and nothing is stored.
        The target of a redirect may have been captured a little later.
        """
        hops: list[FetchedResponse] = []
        place = self._places.get(url_key(url)) or self._at(url, self.when, self.when)
        while place and len(hops) < MAX_REDIRECTS:
            hops.append(self._files.take(place, source=source, role=role))
            if hops[-1].capture.outcome is not Outcome.REDIRECT:
                return hops
            url = urljoin(place.url, hops[-1].header("Location"))
            place = self._at(url, place.when, place.when + REDIRECT_TARGET_WITHIN)
        note = f"more than {MAX_REDIRECTS} redirects" if place else ""
        return [*hops, _not_held_response(url, self.when, source, role, note)]

    def also(self, claims: UrlPredicate) -> Iterator[str]:
        """Yield the addresses captured at this visit that `claims` says are pages."""
        for place in self._places.values():
            if claims(place.url):
                yield place.url

    def _at(self, url: str, first: datetime, last: datetime) -> RecordedExchange | None:
        found = self._files.held.of(url)
        return next((place for place in found if first <= place.when <= last), None)


def _interpret_record(record: Record) -> InterpretedResponse:
    """Return what `record`, which is no revisit, answers."""
    if record.head.kind == "metadata":
        said = parse_metadata(record.block)
        outcome = said.outcome if said else Outcome.NETWORK_ERROR
        note = said.note if said else ""
        return InterpretedResponse(
            response=None, body=b"", payload_sha256="", outcome=outcome, note=note
        )
    if record.head.kind == "resource":
        body = record.block
        outcome, note = judge_response(
            None, (("Content-Type", record.head.get("Content-Type")),), body
        )
        digest = sha256_of(body) if body else ""
        return InterpretedResponse(
            response=None, body=body, payload_sha256=digest, outcome=outcome, note=note
        )
    return interpret_response(record.block, record.head.get("WARC-Truncated"))


def _capture_metadata(
    place: RecordedExchange, source: str, role: Role, answer: InterpretedResponse
) -> CaptureMetadata:
    return CaptureMetadata(
        role=role,
        outcome=answer.outcome,
        source=source,
        note=answer.note,
        payload_sha256=answer.payload_sha256,
        origin=ImportOrigin(name=place.file.name, sha256=place.file.sha256, offset=place.offset),
    )


def _not_held_response(
    url: str, when: datetime, source: str, role: Role, note: str
) -> FetchedResponse:
    nowhere = StoredRecord(warc="", offset=0, length=0, sha256="")
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
        stored=nowhere,
        note=note or f"not captured at {when:%Y-%m-%dT%H:%M:%SZ} in the replayed files",
    )
    return FetchedResponse(capture=capture, headers=(), body=b"")
