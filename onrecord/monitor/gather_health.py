"""Gather the facts about sources and the archive that onrecord.monitor.judge_health judges."""

import logging
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from archive.catalogue.database import begin_writing
from archive.catalogue.monitoring import (
    alert_queue,
    health_queries,
    news_items,
    page_history,
    run_history,
    schedule_table,
)
from archive.errors import ArchiveError
from archive.log.signed_log import Log
from archive.models import Outcome, Problem, ProblemKind, Role
from archive.news_item import NewsItem, NewsKind
from archive.run_records import Run, RunOutcome, ScheduleEntry
from onrecord.command_context import Context
from onrecord.monitor.judge_health import (
    ArchiveFacts,
    Drift,
    HealthProblem,
    SourceFacts,
    archive_problems,
    source_problems,
)
from onrecord.schedule.next_visit import MAX_WAIT
from onrecord.schedule.publishing_rhythm import unusual_silence
from onrecord.watch.deliver import masked_url
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

_GOOD_OUTCOMES = (Outcome.OK.value, Outcome.UNCHANGED.value)
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_NEWS_KINDS = {"dead", "failing", "blocked", "silent", "drift", "short", "paused"}


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source, its facts and its problems."""

    source: str
    facts: SourceFacts
    problems: list[HealthProblem]


def check_sources(
    connection: Connection, sources: Mapping[str, Source], now: datetime
) -> list[SourceHealth]:
    """Judge every source that is scheduled."""
    entries = {entry.source: entry for entry in schedule_table.schedule_entries(connection)}
    waiting = page_history.count_pages_never_captured(connection)
    checked = []
    for name in sorted(entries):
        if name in sources:
            facts = _source_facts(
                connection, sources[name], entries[name], waiting.get(name, 0), now
            )
            checked.append(SourceHealth(name, facts, source_problems(facts, now)))
    return checked


def _source_facts(
    connection: Connection, source: Source, entry: ScheduleEntry, waiting: int, now: datetime
) -> SourceFacts:
    name = source.name
    runs = run_history.runs(connection, source=name, limit=10)
    latest_outcomes = health_queries.latest_outcomes(connection, name)
    last_good = health_queries.last_capture_with(connection, name, _GOOD_OUTCOMES)
    first_seen = run_history.first_seen_times(connection, name)
    drifts, looked_at, unread = _find_drifts(connection, source)
    good_runs = [run for run in runs if run.outcome is RunOutcome.GOOD]
    return SourceFacts(
        source=name,
        scheduled=True,
        paused=entry.paused,
        next_due=entry.next_due,
        not_before=entry.not_before,
        rhythm=entry.rhythm,
        last_try=entry.last_try,
        last_good=entry.last_good,
        failures=entry.failures,
        failing_since=_failing_since(connection, name, entry),
        last_outcomes=tuple(outcome for _, outcome, _ in latest_outcomes),
        blocked_since=health_queries.first_capture_after(
            connection, name, Outcome.BLOCKED.value, last_good
        ),
        problem=entry.problem,
        last_new=first_seen[-1] if first_seen else None,
        quiet_after=unusual_silence(first_seen, timedelta(hours=source.rhythm_hours)),
        listed=tuple(run.listed for run in good_runs if run.listed or not _may_be_unchanged(run)),
        expected_minimum=source.expected_minimum,
        looked_at=looked_at,
        unread=unread,
        drifts=drifts,
        suspect=health_queries.count_captures_since(
            connection, name, Outcome.SUSPECT.value, now - _MONTH
        ),
        waiting=waiting,
        killed=sum(
            1 for run in runs if run.outcome is RunOutcome.KILLED and now - run.began < _WEEK
        ),
    )


def _may_be_unchanged(run: Run) -> bool:
    """Say whether a visit may have listed nothing because the listing was as before (304)."""
    return run.captured > 0 and not run.unread


def _failing_since(connection: Connection, name: str, entry: ScheduleEntry) -> datetime | None:
    if not entry.failures:
        return None
    runs = run_history.runs(connection, source=name, limit=200)
    since = None
    for run in runs:
        if run.outcome is RunOutcome.GOOD:
            break
        since = run.began
    return since


def _find_drifts(connection: Connection, source: Source) -> tuple[tuple[Drift, ...], int, int]:
    """Return the drifts, the number of latest captures, and how many of these have failures."""
    has_pages = any(layout.reads not in ("feed", "items") for layout in source.layouts)
    role = Role.PAGE.value if has_pages else Role.LISTING.value
    latest = health_queries.latest_successful_captures(connection, source.name, role)
    listings = (
        []
        if not has_pages
        else health_queries.latest_successful_captures(
            connection, source.name, Role.LISTING.value, 3
        )
    )
    failed = [(name, url) for name, url, _, has_reading in latest if not has_reading]
    problems = health_queries.reading_failures(
        connection, [*failed, *((name, url) for name, url, _, _ in listings)]
    )
    by_field: dict[str, list[tuple[datetime, str, Problem]]] = {}
    for when, url, problem in problems:
        if problem.kind is ProblemKind.UNREAD:
            by_field.setdefault(problem.field, []).append((when, url, problem))
    drifts = [
        Drift(
            field=field,
            expected=f"{failures[0][2].expected}, found {failures[0][2].found}",
            since=min(when for when, _, _ in failures),
            pages=len(failures),
            examples=tuple(dict.fromkeys(url for _, url, _ in failures))[:3],
        )
        for field, failures in by_field.items()
    ]
    unread = len({url for _, url, _ in problems})
    return tuple(sorted(drifts, key=lambda d: -d.pages)), len(latest) + len(listings), unread


def check_archive(context: Context, connection: Connection, now: datetime) -> list[HealthProblem]:
    """Return the problems of the archive, its machine, its clock and its log."""
    runs = run_history.runs(connection, limit=2000)[::-1]
    recent_runs = [run for run in runs if abs(now - run.began) < _WEEK]
    facts = ArchiveFacts(
        free_bytes=shutil.disk_usage(context.home.root).free,
        starts=tuple(run.began for run in recent_runs),
        disk_failures=tuple(
            (run.began, run.detail)
            for run in recent_runs
            if run.outcome is RunOutcome.STORAGE_REFUSED
        ),
        killed=sum(1 for run in recent_runs if run.outcome is RunOutcome.KILLED),
        channels=tuple(
            (masked_url(channel.url), channel.failures, channel.problem)
            for channel in alert_queue.channels(connection)
            if channel.failures
        ),
        log=tuple(_log_problems(context)),
    )
    return list(archive_problems(facts, 2 * MAX_WAIT))


def _log_problems(context: Context) -> Iterable[str]:
    """Yield problems of the log's end; `onrecord verify` checks all of it."""
    try:
        log = Log.open_for_reading(context.home.log)
        latest = log.checkpoints.latest()
    except ArchiveError as error:
        yield str(error)
        return
    if latest is None:
        if len(log):
            yield "the log was never signed"
        return
    size = latest.checkpoint.size
    if size < len(log):
        yield f"{len(log) - size} entries are not under a signed checkpoint yet"


def log_json(context: Context) -> dict[str, object]:
    """Return the state of the log: entries, the last checkpoint's size, its timestamps."""
    try:
        log = Log.open_for_reading(context.home.log)
        latest = log.checkpoints.latest()
    except ArchiveError as error:
        return {"problem": str(error)}
    return {
        "entries": len(log),
        "checkpoint": latest.checkpoint.size if latest else 0,
        "timestamps": len(latest.tokens()) if latest else 0,
    }


def record_health_news(context: Context, connection: Connection, now: datetime) -> int:
    """Record news of sources that became unhealthy or healthy again; return the number of items."""
    begin_writing(connection)
    last_news = {
        source: item for (source, _), item in news_items.latest_source_news(connection).items()
    }
    news = []
    for health in check_sources(connection, context.sources, now):
        problem = next((item for item in health.problems if item.kind in _NEWS_KINDS), None)
        previous = last_news.get(health.source)
        if problem is not None and (previous is None or previous.kind != problem.kind):
            news.append(
                _health_news(health.source, problem.kind, now, problem.detail, problem.since)
            )
        elif problem is None and previous is not None and previous.kind != NewsKind.WELL:
            news.append(
                _health_news(health.source, NewsKind.WELL, now, f"it was: {previous.kind}", None)
            )
    logger.info("health: %d sources changed", len(news))
    return news_items.add_news(connection, news)


def _health_news(
    source: str, kind: str, now: datetime, detail: str, since: datetime | None
) -> NewsItem:
    text = f"{detail} (since {since:%Y-%m-%d %H:%M}Z)" if since else detail
    key = f"{kind}:{source}:{now.isoformat()}"
    return NewsItem(key=key, when=now, kind=kind, source=source, detail=text)
