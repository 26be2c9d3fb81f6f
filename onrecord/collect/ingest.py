"""Ingest stored responses into the catalogue: captures, statements, versions and problems.

The same functions run against the network, over replayed files, and when the catalogue is rebuilt
from the WARC files.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection

from archive.catalogue import event_queries, quarantine_table, write_rows
from archive.catalogue.database import begin_writing
from archive.catalogue.identity import web_identity
from archive.catalogue.monitoring import page_history
from archive.catalogue.removal.kept_out import kept_out
from archive.errors import ArchiveError, FormatError
from archive.event import Event, EventKind, FailedReading
from archive.models import Capture, Outcome, Problem, ProblemKind, Reading, Role, statement_id
from archive.urls.web_address import resolve_location
from archive.warc.inputs.refused_input import RefusedInput
from onrecord import AGENT
from onrecord.collect.reading.sandboxed_read import read_in_sandbox
from onrecord.quarantine.check_capture import find_suspicion
from scrapers.fetch.fetcher import FetchedResponse, as_published
from scrapers.fetch.withheld import explain
from scrapers.read.page_content import (
    PageContent,
    RecordedResponse,
    is_readable,
    recorded_response,
)
from scrapers.read.withheld_content import decode_content
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.source import Source
from scrapers.webarchives.replayed_copy import original_address

logger = logging.getLogger(__name__)
_SHELL_ADVICE = (
    "; name the JSON that it loads in a source, or save the page in a browser and import it"
)


_ANSWERED = (Outcome.OK, Outcome.UNCHANGED, Outcome.WITHHELD)


@dataclass
class RunStats:
    """Counts and problems of a run, for its summary and its exit code."""

    visits: int = 0
    captures: Counter[str] = field(default_factory=Counter)  # by outcome
    statements: int = 0  # new ones
    versions: int = 0  # new ones, first versions of new statements among them
    readings: int = 0  # readings recorded, old and new
    listed: int = 0  # statements that listings named or contained
    unread: int = 0  # problems of extraction
    failed_listings: list[str] = field(default_factory=list)  # not fetched, and why
    problems: list[str] = field(default_factory=list)
    not_held: set[str] = field(default_factory=set)
    passed_over: list[RefusedInput] = field(default_factory=list)  # of the imported files
    not_pages: list[tuple[Capture, str]] = field(default_factory=list)  # parts of pages; media type
    unreadable: ArchiveError | None = None  # why nothing of an imported file could be read
    stopped: str = ""  # why it stopped early; "" where it did not

    @property
    def captured_nothing(self) -> bool:
        """Say whether nothing was captured: such a run is never a success."""
        return not any(self.captures[outcome] for outcome in _ANSWERED)

    def add(self, other: "RunStats") -> None:
        self.visits += other.visits
        self.captures += other.captures
        self.statements += other.statements
        self.versions += other.versions
        self.readings += other.readings
        self.listed += other.listed
        self.unread += other.unread
        self.failed_listings += other.failed_listings
        self.problems += other.problems
        self.not_held |= other.not_held
        self.passed_over += other.passed_over
        self.not_pages += other.not_pages
        self.unreadable = self.unreadable or other.unreadable
        self.stopped = self.stopped or other.stopped


def ingest(
    connection: Connection, hops: Iterable[FetchedResponse], source: Source | None, stats: RunStats
) -> DiscoveryResult | None:
    """Record every hop of one fetch and what the last one says; return what a listing names.

    `source` is None for a page that no source claims: it is read by the generic reader.
    """
    results: DiscoveryResult | None = None
    for response in hops:
        extract = partial(read_in_sandbox, response, source)
        results = (
            store_response(connection, recorded_response(response), extract, source, stats)
            or results
        )
    return results


def ingest_read(
    connection: Connection,
    response: FetchedResponse,
    source: Source | None,
    stats: RunStats,
    extract: Callable[[], PageContent],
) -> None:
    """Record and commit a response whose content `extract` returns: it was read ahead."""
    store_response(connection, recorded_response(response), extract, source, stats)
    connection.commit()


def store_response(
    connection: Connection,
    response: RecordedResponse,
    extract: Callable[[], PageContent],
    source: Source | None,
    stats: RunStats,
) -> DiscoveryResult | None:
    """Record a response, and the content that `extract` returns, called only where it is needed."""
    capture = _apply_decision(connection, response.capture)
    stats.captures[capture.outcome.value] += 1
    logger.debug("ingesting capture %s: %s", capture.id, capture.outcome.value)
    if capture.outcome is Outcome.NOT_HELD:
        stats.not_held.add(capture.url)
        return None
    if capture.outcome is Outcome.WITHHELD:
        return _record_withheld(connection, response, source, stats)
    if capture.outcome is Outcome.REDIRECT:
        # The target tells a page that moved from one that was taken down.
        capture = replace(capture, location=_redirect_target(capture, response, stats))
    record = partial(
        write_rows.add_capture,
        connection,
        capture,
        etag=response.etag,
        last_modified=response.last_modified,
    )
    content = None
    if is_readable(capture):
        try:
            content = extract()  # before others are kept from writing
        except ArchiveError:
            record()
            raise
    begin_writing(connection)
    record()
    if content is not None:
        return _record_content(connection, capture, content, source, stats)
    if capture.outcome is Outcome.UNCHANGED:
        stats.readings += write_rows.extend_last_seen(connection, capture)
    elif capture.outcome is not Outcome.REDIRECT and capture.role is not Role.REQUISITE:
        stats.problems.append(f"{capture.url}: {capture.outcome.value}: {capture.explanation}")
    return None


def _record_withheld(
    connection: Connection, response: RecordedResponse, source: Source | None, stats: RunStats
) -> DiscoveryResult | None:
    """Record the other items of what was not stored because an erased one is in it."""
    capture = response.capture
    stats.problems.append(f"{capture.url}: {capture.outcome.value}: {capture.explanation}")
    if not response.withheld:
        stats.captures[capture.outcome.value] -= 1  # nothing of it is stored: it is no capture
        return None
    begin_writing(connection)
    write_rows.add_capture(connection, capture)
    return _record_content(connection, capture, decode_content(response.withheld), source, stats)


def _redirect_target(capture: Capture, response: RecordedResponse, stats: RunStats) -> str:
    """Return where a redirect leads; as it is printed, and a problem, where that is no address."""
    try:
        target = resolve_location(capture.url, response.location)
        return original_address(target) if capture.memento else target
    except FormatError as error:
        stats.problems.append(f"{capture.url}: redirect: {error}")
        return response.location


def _apply_decision(connection: Connection, capture: Capture) -> Capture:
    """Return a suspect capture with outcome ok where a person accepted it."""
    if capture.outcome is Outcome.SUSPECT and quarantine_table.is_accepted(connection, capture.id):
        return replace(capture, outcome=Outcome.OK, note="")
    return capture


def _record_content(
    connection: Connection,
    capture: Capture,
    content: PageContent,
    source: Source | None,
    stats: RunStats,
) -> DiscoveryResult | None:
    """Record the content of an ok capture; return what a listing names."""
    listing, page = content.listing, content.page
    if source is not None and listing is not None:
        if capture.memento is None:  # what a listing named in the past need not exist today
            erased = kept_out(connection)
            listed_pages = (
                (a.url, a.issued.value if a.issued else "")
                for a in listing.addresses
                if not erased or erased.find_address(a.url) is None
            )
            page_history.record_listed_pages(
                connection, source.name, listed_pages, capture.captured
            )
        record_readings(connection, capture, listing.readings, "", stats, source)
        record_problems(connection, capture, listing.problems, stats)
        return listing
    if content.shell:
        _set_outcome(
            connection, capture, Outcome.NEEDS_BROWSER, content.shell + _SHELL_ADVICE, stats
        )
        return None
    if content.unread_type:
        stats.not_pages.append((capture, content.unread_type))
        return None
    if reason := find_suspicion(connection, as_published(capture), page.readings):
        _set_outcome(connection, as_published(capture), Outcome.SUSPECT, reason, stats)
        return None
    record_readings(connection, capture, page.readings, content.layer, stats, source)
    record_problems(connection, capture, page.problems, stats)
    return None


def _set_outcome(
    connection: Connection, capture: Capture, outcome: Outcome, reason: str, stats: RunStats
) -> None:
    """Change the outcome of a page: it is stored, but is no version, no edit and no absence."""
    quarantine_table.set_outcome(connection, capture.id, outcome, reason)
    stats.captures[capture.outcome.value] -= 1
    stats.captures[outcome.value] += 1
    logger.info("capture %s became %s", capture.id, outcome.value)
    stats.problems.append(f"{capture.url}: {outcome.value}: {reason}")


def record_readings(
    connection: Connection,
    capture: Capture,
    readings: Iterable[Reading],
    layer: str,
    stats: RunStats,
    source: Source | None,
) -> None:
    """Record what `source` reads in one capture as versions; None for the generic reader.

    `layer` is the whole visible text of the page, "" for none.
    """
    erased = kept_out(connection)
    for reading in readings:
        statement = ""
        if source is None:
            reading, statement = web_identity.identify(connection, reading, as_published(capture))
        if erased:
            names = [statement or statement_id(source_name(source), reading.identifier)]
            if (entry := erased.find_item(names, reading.url, reading.text)) is not None:
                stats.problems.append(f"{capture.url}: {explain(entry)}")
                continue
        result = write_rows.add_reading(
            connection,
            reading,
            capture,
            layer=write_rows.layer_digest(layer),
            statement=statement,
            source=source_name(source),
        )
        if result.is_written:
            write_rows.add_layer(connection, layer)
        stats.readings += 1
        stats.statements += result.new_statement
        stats.versions += result.new_version


def source_name(source: Source | None) -> str:
    """Return the name that the statements of `source` have; that of pages without one for None."""
    return source.name if source else web_identity.SOURCE


def record_problems(
    connection: Connection, capture: Capture, problems: Sequence[Problem], stats: RunStats
) -> None:
    """Record each extraction problem of a capture once, as an event: coverage counts them."""
    if not problems:
        return
    events = event_queries.events(connection, capture.id, EventKind.READING)
    recorded = [event.facts for event in events]
    for problem in problems:
        stats.problems.append(str(problem))
        stats.unread += problem.kind is ProblemKind.UNREAD
        facts = FailedReading(capture.source, problem)
        if facts not in recorded:
            event = Event(
                when=capture.captured,
                kind=EventKind.READING,
                object=capture.id,
                agent=AGENT,
                outcome="failed",
                facts=facts,
            )
            write_rows.add_events(connection, [event])


def describe_failure(error: Exception) -> str:
    """Return what ended the visit of a source, in one line; what is no ArchiveError is a bug."""
    if isinstance(error, ArchiveError):
        return str(error)
    return f"an error of onrecord: {type(error).__name__}: {error}"[:500]


def now() -> datetime:
    return datetime.now(UTC)
