"""From what a server answered to statements and versions: read → record.

Everything here works on captures that are stored already. The same functions run against the
network, over replayed files, and when the catalogue is made anew from the WARC files.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urljoin

from sqlalchemy import Connection

from archive.catalogue import catalogue_facts, quarantine, updates
from archive.catalogue.monitoring import page_history
from archive.models import Capture, Event, Outcome, Reading, Role
from onrecord import AGENT
from onrecord.collect.sandboxed_read import read_in_sandbox
from onrecord.quarantine.rules import find_suspicion
from scrapers.fetch.fetcher import FetchedResponse, as_published
from scrapers.read.page_content import PageContent, RecordedResponse, recorded_response
from scrapers.results import DiscoveryResult, Problem
from scrapers.source_format.source import Source


@dataclass
class RunStats:
    """What a run did, for its user and its exit code."""

    visits: int = 0
    captures: Counter[str] = field(default_factory=Counter)  # by outcome
    statements: int = 0  # new ones
    versions: int = 0  # new ones, first versions of new statements among them
    seen: int = 0  # readings recorded, old and new
    listed: int = 0  # statements that listings named or held
    unread: int = 0  # problems of reading
    unlisted: list[str] = field(default_factory=list)  # listings that could not be had, and why
    problems: list[str] = field(default_factory=list)
    not_held: set[str] = field(default_factory=set)
    stopped: str = ""  # why it ended before its end; "" where it did not

    @property
    def failed(self) -> bool:
        """Say whether nothing came of it: a run that captured nothing is never a good one."""
        return not (self.captures[Outcome.OK] or self.captures[Outcome.UNCHANGED])

    def add(self, other: "RunStats") -> None:
        self.visits += other.visits
        self.captures += other.captures
        self.statements += other.statements
        self.versions += other.versions
        self.seen += other.seen
        self.listed += other.listed
        self.unread += other.unread
        self.unlisted += other.unlisted
        self.problems += other.problems
        self.not_held |= other.not_held
        self.stopped = self.stopped or other.stopped


def ingest(
    connection: Connection, hops: Iterable[FetchedResponse], source: Source | None, tally: RunStats
) -> DiscoveryResult | None:
    """Record every hop of one fetch and what the last one says; a listing's findings are returned.

    `source` is None for a page that no source claims: it is read by the generic reader.
    """
    found: DiscoveryResult | None = None
    for fetched in hops:
        said = partial(read_in_sandbox, fetched, source)
        found = store_response(connection, recorded_response(fetched), said, source, tally) or found
    return found


def store_response(
    connection: Connection,
    answer: RecordedResponse,
    said: Callable[[], PageContent],
    source: Source | None,
    tally: RunStats,
) -> DiscoveryResult | None:
    """Record what a server answered, and what it says if that is to be known: `said` tells."""
    capture = _as_decided(connection, answer.capture)
    tally.captures[capture.outcome.value] += 1
    if capture.outcome is Outcome.NOT_HELD:
        tally.not_held.add(capture.url)
        return None
    if capture.outcome is Outcome.REDIRECT:
        # Where to is what tells a page that moved from one that was taken down.
        to = urljoin(capture.url, answer.location)
        capture = replace(capture, note=f"to {to[:1000]}")
    updates.add_capture(connection, capture, etag=answer.etag, last_modified=answer.last_modified)
    if capture.outcome is Outcome.UNCHANGED:
        tally.seen += updates.extend_last_seen(connection, capture)
    elif capture.outcome is Outcome.OK and capture.role in (Role.LISTING, Role.PAGE):
        return _record(connection, capture, said(), source, tally)
    elif capture.outcome is not Outcome.REDIRECT and capture.role is not Role.REQUISITE:
        tally.problems.append(f"{capture.url}: {capture.outcome.value}: {capture.note}")
    return None


def _as_decided(connection: Connection, capture: Capture) -> Capture:
    """Return a suspect capture as a good one where a person took it out of quarantine."""
    if capture.outcome is Outcome.SUSPECT and quarantine.accepted(connection, capture.id):
        return replace(capture, outcome=Outcome.OK, note="")
    return capture


def _record(
    connection: Connection,
    capture: Capture,
    said: PageContent,
    source: Source | None,
    tally: RunStats,
) -> DiscoveryResult | None:
    """Record what a good capture says; a listing's findings are returned."""
    listing, read = said.listing, said.page
    if source is not None and listing is not None:
        if capture.memento is None:  # what a listing named once need not be there today
            named = ((a.url, a.issued.value if a.issued else "") for a in listing.addresses)
            page_history.record_listed_pages(connection, source.name, named, capture.captured)
        record(connection, capture, listing.readings, "", tally)
        report(connection, capture, listing.problems, tally)
        return listing
    if why := find_suspicion(connection, as_published(capture), read.readings):
        _set_aside(connection, as_published(capture), why, tally)
        return None
    layer = updates.add_layer(connection, said.layer) if read.readings else ""
    record(connection, capture, read.readings, layer, tally)
    report(connection, capture, read.problems, tally)
    return None


def _set_aside(connection: Connection, capture: Capture, why: str, tally: RunStats) -> None:
    """Put a page in quarantine: it is kept, and is neither a version nor an edit nor an absence."""
    quarantine.set_outcome(connection, capture.id, Outcome.SUSPECT, why)
    tally.captures[capture.outcome.value] -= 1
    tally.captures[Outcome.SUSPECT.value] += 1
    tally.problems.append(f"{capture.url}: {Outcome.SUSPECT.value}: {why}")


def record(
    connection: Connection,
    capture: Capture,
    readings: Iterable[Reading],
    layer: str,
    tally: RunStats,
) -> None:
    """Record readings of one capture as versions."""
    for reading in readings:
        done = updates.add_reading(connection, reading, capture, layer=layer)
        tally.seen += 1
        tally.statements += done.new_statement
        tally.versions += done.new_version


def report(
    connection: Connection, capture: Capture, problems: Sequence[Problem], tally: RunStats
) -> None:
    """Record what could not be read, once a capture and problem: it is part of the coverage."""
    if not problems:
        return
    known = {event.detail for event in catalogue_facts.events(connection, capture.id, "reading")}
    for problem in problems:
        tally.problems.append(str(problem))
        tally.unread += 1
        if str(problem) not in known:
            event = Event(
                when=capture.captured,
                kind="reading",
                object=capture.id,
                agent=AGENT,
                outcome="failed",
                detail=str(problem),
                facts={"source": capture.source, "field": problem.field},
            )
            updates.add_events(connection, [event])


def now() -> datetime:
    return datetime.now(UTC)
