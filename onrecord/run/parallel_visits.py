"""Make visits at the same time, of which each sends one request after another.

The threads only request and store. The catalogue is read and written by the thread that calls
`make_visits`, which ingests each response when it is there, so that no transaction is open while a
host is waited for.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy.exc import DatabaseError

from archive.errors import StorageError
from archive.run_records import RunOutcome, ScheduleEntry
from onrecord.collect.crawl import CrawlSteps, PageRequest
from onrecord.collect.ingest import RunStats, describe_failure
from onrecord.run.visit_clock import VisitClock
from scrapers.fetch.fetcher import FetchedResponse, Fetcher
from scrapers.fetch.throttle import HostWaitError, SleepInterruptedError
from scrapers.source_format.source import Source
from scrapers.url_key import url_host

logger = logging.getLogger(__name__)

MAX_VISITS = 32  # at the same time


@dataclass(slots=True)
class Visit:
    """One visit under way, and how it ended."""

    source: Source
    entry: ScheduleEntry
    run: int  # number of its run in the catalogue
    stats: RunStats = field(default_factory=lambda: RunStats(visits=1))
    listings: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)  # that were requested, or asked for a wait
    outcome: RunOutcome = RunOutcome.UNDER_WAY
    problem: str = ""
    wait: HostWaitError | None = None  # that ended it
    storage_error: StorageError | None = None  # that ends the run, too
    resources: ExitStack = field(default_factory=ExitStack)  # its fetcher, to be closed

    def end(self, outcome: RunOutcome, problem: str = "") -> None:
        self.outcome, self.problem = outcome, problem


Open = Callable[[Visit], tuple[Fetcher, CrawlSteps]]
_Pending = dict["Future[list[FetchedResponse]]", "_Conversation"]


@dataclass(frozen=True, slots=True)
class _Conversation:
    """A visit with what it asks for and who fetches it."""

    visit: Visit
    fetcher: Fetcher
    steps: CrawlSteps


def make_visits(
    visits: Iterable[Visit],
    open_visit: Open,
    clock: VisitClock,
    after_step: Callable[[Visit], None],
) -> None:
    """Make `visits`, at most `MAX_VISITS` at the same time, in their order.

    `open_visit` begins one. `after_step` is called in this thread whenever a visit has ingested a
    response, and once more when it has ended; it commits. A visit's failure is its own outcome, but
    StorageError: where the disk refuses, the visits under way end, and it is raised.
    """
    queue, pending = deque(visits), _Pending()
    storage_errors: list[StorageError] = []
    with ThreadPoolExecutor(MAX_VISITS, thread_name_prefix="visit") as pool:

        def advance(talk: _Conversation, hops: list[FetchedResponse] | None) -> None:
            request = _next_request(talk, hops, clock)
            if request is not None:
                pending[pool.submit(_fetch, talk, request)] = talk

        def look_after(visit: Visit) -> None:
            if visit.outcome is not RunOutcome.UNDER_WAY:
                visit.resources.close()
            if visit.storage_error is not None:
                storage_errors.append(visit.storage_error)
                clock.abandoned.set()
            after_step(visit)

        try:
            while pending or (queue and not clock.has_ended):
                while queue and len(pending) < MAX_VISITS and not clock.has_ended:
                    visit = queue.popleft()
                    if opened := _open(visit, open_visit):
                        advance(opened, None)
                    look_after(visit)
                for future in wait(pending, return_when=FIRST_COMPLETED).done:
                    talk = pending.pop(future)
                    hops = _result(future, talk.visit)
                    if hops is not None:
                        advance(talk, hops)
                    look_after(talk.visit)
        finally:
            clock.abandoned.set()  # wakes those that wait for a host
    if storage_errors:
        raise storage_errors[0]


def _open(visit: Visit, open_visit: Open) -> _Conversation | None:
    try:
        fetcher, steps = open_visit(visit)
    except Exception as error:  # noqa: BLE001 - the border of one source
        _end_by_error(visit, error)
        return None
    return _Conversation(visit, fetcher, steps)


def _fetch(talk: _Conversation, request: PageRequest) -> list[FetchedResponse]:
    return talk.fetcher.fetch(
        request.url,
        source=talk.visit.source.name,
        role=request.role,
        validators=request.validators,
    )


def _result(future: "Future[list[FetchedResponse]]", visit: Visit) -> list[FetchedResponse] | None:
    """Return the responses; None where the visit ended by what the request raised."""
    try:
        hops = future.result()
    except SleepInterruptedError:
        visit.end(RunOutcome.STOPPED)
    except HostWaitError as error:
        visit.hosts.add(error.host)
        visit.wait = error
        visit.end(RunOutcome.GOOD)
    except Exception as error:  # noqa: BLE001 - the border of one source
        _end_by_error(visit, error)
    else:
        visit.hosts.update(url_host(hop.capture.url) for hop in hops)
        return hops
    return None


def _next_request(
    talk: _Conversation, hops: list[FetchedResponse] | None, clock: VisitClock
) -> PageRequest | None:
    """Let the visit ingest `hops`; return its next request, None where it has ended."""
    visit = talk.visit
    try:
        request = next(talk.steps) if hops is None else talk.steps.send(hops)
    except StopIteration:
        visit.end(RunOutcome.GOOD)
        return None
    except DatabaseError:
        raise  # the catalogue of all sources
    except Exception as error:  # noqa: BLE001 - the border of one source
        _end_by_error(visit, error)
        return None
    if clock.has_ended:
        visit.end(RunOutcome.STOPPED)
        return None
    return request


def _end_by_error(visit: Visit, error: Exception) -> None:
    if isinstance(error, StorageError):
        visit.storage_error = error
        visit.end(RunOutcome.STORAGE_REFUSED, f"disk: {error}")
        return
    visit.end(RunOutcome.FAILED, describe_failure(error))
    logger.debug("%s: %s", visit.source.name, type(error).__name__)
