"""From what a server answered to statements and versions: collect → read → record.

Everything here works on captures that are stored already. The same functions run against the
network, over replayed files, and when the catalogue is made anew from the WARC files.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from urllib.parse import urljoin

from sqlalchemy import Connection

from archive.catalogue import collecting, quarantine, questions, writing
from archive.models import Capture, Event, Outcome, Reading, Role
from onrecord import AGENT
from onrecord.quarantine import suspected
from onrecord.schedule.again import wants_look
from scrapers.door import Fetched, Held, Visit
from scrapers.found import Address, Discovered, Problem, Read
from scrapers.read import discover, read_generic, read_page
from scrapers.source import Source
from scrapers.visible import visible_text

_MOST_LISTINGS = 1000  # pages of listings in one visit: more is a loop that looks new each time
_MOST_AGAIN = 200  # pages looked at again in one visit: the rest have their turn in the next
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass
class Tally:
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

    @property
    def failed(self) -> bool:
        """Say whether nothing came of it: a run that captured nothing is never a good one."""
        return not (self.captures[Outcome.OK] or self.captures[Outcome.UNCHANGED])

    def add(self, other: "Tally") -> None:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a source is asked for. Bounds are days of issue, both inclusive."""

    since: date | None = None
    until: date | None = None
    limit: int | None = None  # pages fetched

    def admits(self, address: Address) -> bool:
        """Say whether a listed page may be of the days asked for; one without a day may."""
        if address.issued is None:
            return True
        day = address.issued.value[:10]
        since, until = str(self.since or ""), str(self.until or "9999")
        return since[: len(day)] <= day <= until


def visit(
    connection: Connection,
    door: Visit,
    source: Source,
    wanted: Wanted,
    listings: Sequence[str],
    *,
    live: bool = False,
) -> Tally:
    """Make one visit: read the listings, fetch the pages they name, record what they say.

    `listings` are the addresses to begin with. On a `live` site, pages that no listing names any
    more are looked at as well when it is time to: for edits and removals, and for those that an
    earlier visit was told of and did not get. What is done is then committed page by page, so that
    a visit that takes an hour keeps nobody waiting.
    """
    tally = Tally(visits=1)
    named: dict[str, None] = {}
    for listing in _listings(connection, door, source, listings, tally):
        tally.listed += len(listing.addresses) + len(listing.readings)
        named.update((a.url, None) for a in listing.addresses if wanted.admits(a))
    pages = dict.fromkeys(door.also(source.claims))
    pages.update((url, None) for url in named if _due(connection, url, door.when))
    if live:
        pages.update((url, None) for url in _again(connection, source, wanted, door.when))
    for url in list(pages)[: wanted.limit]:
        hops = door.get(url, source=source.name, role=Role.PAGE, held=_held(connection, url))
        take_in(connection, hops, source, tally)
        if live:
            connection.commit()
    return tally


def _again(connection: Connection, source: Source, wanted: Wanted, now: datetime) -> Iterator[str]:
    """Yield pages that are to be looked at though no listing may name them, the longest due first.

    Days asked for bound what is discovered: with them, nothing else is looked at.
    """
    if wanted.since or wanted.until:
        return
    found = [
        (looked.last_try or datetime.min.replace(tzinfo=UTC), url)
        for url, listed, looked in collecting.pages_looked_at(connection, source.name)
        if (listed or source.claims(url)) and wants_look(looked, now)
    ]
    for _, url in sorted(found)[:_MOST_AGAIN]:
        yield url


def _listings(
    connection: Connection, door: Visit, source: Source, first: Sequence[str], tally: Tally
) -> Iterator[Discovered]:
    todo = list(first)
    done: set[str] = set()
    while todo and len(done) < _MOST_LISTINGS:
        url = todo.pop(0)
        if url in done:
            continue
        done.add(url)
        hops = door.get(url, source=source.name, role=Role.LISTING, held=_held(connection, url))
        found = take_in(connection, hops, source, tally)
        last = hops[-1].capture
        if last.outcome not in (Outcome.OK, Outcome.UNCHANGED):
            tally.unlisted.append(f"{last.url}: {last.outcome.value}: {last.note}")
        if found is None:
            continue
        yield found
        todo += found.listings
        if found.next_page and (found.addresses or found.readings):
            todo.insert(0, found.next_page)


def take_in(
    connection: Connection, hops: Iterable[Fetched], source: Source | None, tally: Tally
) -> Discovered | None:
    """Record every hop of one fetch and what the last one says; a listing's findings are returned.

    `source` is None for a page that no source claims: it is read by the generic reader.
    """
    found: Discovered | None = None
    for fetched in hops:
        capture = _as_decided(connection, fetched.capture)
        tally.captures[capture.outcome.value] += 1
        if capture.outcome is Outcome.NOT_HELD:
            tally.not_held.add(capture.url)
            continue
        if capture.outcome is Outcome.REDIRECT:
            # Where to is what tells a page that moved from one that was taken down.
            to = urljoin(capture.url, fetched.header("location"))
            capture = replace(capture, note=f"to {to[:1000]}")
        writing.add_capture(
            connection,
            capture,
            etag=fetched.header("etag"),
            last_modified=fetched.header("last-modified"),
        )
        if capture.outcome is Outcome.UNCHANGED:
            tally.seen += writing.see_again(connection, capture)
        elif capture.outcome is Outcome.OK and capture.role in (Role.LISTING, Role.PAGE):
            found = _read(connection, fetched, source, tally)
        elif capture.outcome is not Outcome.REDIRECT and capture.role is not Role.REQUISITE:
            tally.problems.append(f"{capture.url}: {capture.outcome.value}: {capture.note}")
    return found


def _as_decided(connection: Connection, capture: Capture) -> Capture:
    """Return a suspect capture as a good one where a person took it out of quarantine."""
    if capture.outcome is Outcome.SUSPECT and quarantine.accepted(connection, capture.id):
        return replace(capture, outcome=Outcome.OK, note="")
    return capture


def _read(
    connection: Connection, fetched: Fetched, source: Source | None, tally: Tally
) -> Discovered | None:
    listing = None
    if source is not None and fetched.capture.role is Role.LISTING:
        listing = discover(fetched, source)
        named = ((a.url, a.issued.value if a.issued else "") for a in listing.addresses)
        collecting.list_pages(connection, source.name, named, fetched.capture.captured)
        record(connection, fetched.capture, listing.readings, "", tally)
        report(connection, fetched.capture, listing.problems, tally)
        return listing
    if source is None and fetched.capture.media_type not in _PAGES:
        return None  # evidence, and no page: an image or a style sheet of an imported crawl
    said: Read = read_generic(fetched) if source is None else read_page(fetched, source)
    if why := suspected(connection, fetched.capture, said.readings):
        _set_aside(connection, fetched.capture, why, tally)
        return None
    layer = writing.add_layer(connection, visible_text(fetched)) if said.readings else ""
    record(connection, fetched.capture, said.readings, layer, tally)
    report(connection, fetched.capture, said.problems, tally)
    return None


def _set_aside(connection: Connection, capture: Capture, why: str, tally: Tally) -> None:
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
    tally: Tally,
) -> None:
    """Record readings of one capture as versions."""
    for reading in readings:
        done = writing.add_reading(connection, reading, capture, layer=layer)
        tally.seen += 1
        tally.statements += done.new_statement
        tally.versions += done.new_version


def report(
    connection: Connection, capture: Capture, problems: Iterable[Problem], tally: Tally
) -> None:
    """Record what could not be read, once a capture and problem: it is part of the coverage."""
    known = {event.detail for event in questions.events(connection, capture.id, "reading")}
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
            writing.add_events(connection, [event])


def _held(connection: Connection, url: str) -> Held | None:
    last = questions.last_answer(connection, url)
    if last is None or not (last.etag or last.last_modified):
        return None
    return Held(
        etag=last.etag,
        last_modified=last.last_modified,
        capture=last.capture,
        captured=last.captured,
    )


def _due(connection: Connection, url: str, now: datetime) -> bool:
    return wants_look(collecting.looked_at(connection, url), now)


def now() -> datetime:
    return datetime.now(UTC)
