"""Gather the facts about each source and the archive; onrecord.monitor.health judges them."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from archive.catalogue.monitoring import (
    alert_queue,
    health_queries,
    news_items,
    page_history,
    run_history,
    schedule_table,
)
from archive.errors import ArchiveError
from archive.log.log import Log
from archive.models import Outcome, Role
from archive.news import NewsItem, NewsKind
from archive.runs import Run, RunOutcome, ScheduleEntry
from onrecord.context import Context
from onrecord.monitor.health import (
    ArchiveFacts,
    Drift,
    HealthProblem,
    SourceFacts,
    archive_problems,
    source_problems,
)
from onrecord.schedule.due import LATEST
from onrecord.schedule.publishing_rhythm import quiet_after
from onrecord.watch.deliver import shown
from scrapers.source_format.source import Source

_GOOD = (Outcome.OK.value, Outcome.UNCHANGED.value)
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_WORTH_TELLING = {"dead", "failing", "blocked", "silent", "drift", "short", "paused"}


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source, what is known of it, and what is wrong with it."""

    source: str
    facts: SourceFacts
    ill: list[HealthProblem]


def check_sources(
    connection: Connection, sources: Mapping[str, Source], now: datetime
) -> list[SourceHealth]:
    """Judge every source that is scheduled."""
    lines = {line.source: line for line in schedule_table.schedule_entries(connection)}
    waiting = page_history.count_pages_never_captured(connection)
    found = []
    for name in sorted(lines):
        if name in sources:
            facts = _facts(connection, sources[name], lines[name], waiting.get(name, 0), now)
            found.append(SourceHealth(name, facts, source_problems(facts, now)))
    return found


def _facts(
    connection: Connection, source: Source, line: ScheduleEntry, waiting: int, now: datetime
) -> SourceFacts:
    name = source.name
    runs = run_history.runs(connection, source=name, limit=10)
    latest = health_queries.latest_outcomes(connection, name)
    last_good = health_queries.last_capture_with(connection, name, _GOOD)
    seen = run_history.first_seen_times(connection, name)
    drifts, looked_at, unread = _drift(connection, source)
    good = [run for run in runs if run.outcome is RunOutcome.GOOD]
    return SourceFacts(
        source=name,
        scheduled=True,
        paused=line.paused,
        next_due=line.next_due,
        rhythm=line.rhythm,
        last_try=line.last_try,
        last_good=line.last_good,
        failures=line.failures,
        failing_since=_failing_since(connection, name, line),
        last_outcomes=tuple(outcome for _, outcome, _ in latest),
        blocked_since=health_queries.first_capture_after(
            connection, name, Outcome.BLOCKED.value, last_good
        ),
        problem=line.problem,
        last_new=seen[-1] if seen else None,
        quiet_after=quiet_after(seen, timedelta(hours=source.rhythm_hours)),
        listed=tuple(run.listed for run in good if run.listed or not _unchanged(run)),
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


def _unchanged(run: Run) -> bool:
    """Say whether a visit may have listed nothing because the listing was as before (304)."""
    return run.captured > 0 and not run.unread


def _failing_since(connection: Connection, name: str, line: ScheduleEntry) -> datetime | None:
    if not line.failures:
        return None
    runs = run_history.runs(connection, source=name, limit=200)
    since = None
    for run in runs:
        if run.outcome is RunOutcome.GOOD:
            break
        since = run.began
    return since


def _drift(connection: Connection, source: Source) -> tuple[tuple[Drift, ...], int, int]:
    """Return what the latest captures no longer have, how many were looked at, how many failed."""
    pages = any(layout.reads not in ("feed", "items") for layout in source.layouts)
    role = Role.PAGE.value if pages else Role.LISTING.value
    latest = health_queries.latest_successful_captures(connection, source.name, role)
    lists = (
        []
        if not pages
        else health_queries.latest_successful_captures(
            connection, source.name, Role.LISTING.value, 3
        )
    )
    failed = [(name, url) for name, url, _, said in latest if not said]
    problems = health_queries.reading_failures(
        connection, [*failed, *((name, url) for name, url, _, _ in lists)]
    )
    by_field: dict[str, list[health_queries.ReadingFailure]] = {}
    for problem in problems:
        if not problem.detail.endswith("kept as printed"):
            by_field.setdefault(problem.field, []).append(problem)
    drifts = [
        Drift(
            field=field,
            expected=_expected(found[0].detail),
            since=min(each.when for each in found),
            pages=len(found),
            examples=tuple(dict.fromkeys(each.url for each in found))[:3],
        )
        for field, found in by_field.items()
    ]
    unread = len({each.url for each in problems})
    return tuple(sorted(drifts, key=lambda d: -d.pages)), len(latest) + len(lists), unread


def _expected(detail: str) -> str:
    return detail.partition(": expected ")[2] or detail


def check_archive(context: Context, connection: Connection, now: datetime) -> list[HealthProblem]:
    """Judge the archive, its machine, its clock and its log."""
    runs = run_history.runs(connection, limit=2000)[::-1]
    recent = [run for run in runs if abs(now - run.began) < _WEEK]
    facts = ArchiveFacts(
        free=shutil.disk_usage(context.home.root).free,
        began=tuple(run.began for run in recent),
        refused=tuple(
            (run.began, run.detail)
            for run in recent
            if run.outcome is RunOutcome.FAILED and run.detail.startswith("disk: ")
        ),
        killed=sum(1 for run in recent if run.outcome is RunOutcome.KILLED),
        channels=tuple(
            (shown(channel.url), channel.failures, channel.problem)
            for channel in alert_queue.channels(connection)
            if channel.failures
        ),
        log=tuple(_log(context)),
    )
    return list(archive_problems(facts, 2 * LATEST))


def _log(context: Context) -> Iterable[str]:
    """Yield what is wrong with the log; `onrecord verify` looks at all of it."""
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


def note_health(context: Context, connection: Connection, now: datetime) -> int:
    """Record as news that a source fell ill, in which way, or is well again; return how many."""
    told = {source: each for (source, _), each in news_items.latest_source_news(connection).items()}
    found = []
    for checked in check_sources(connection, context.sources, now):
        ill = next((each for each in checked.ill if each.kind in _WORTH_TELLING), None)
        before = told.get(checked.source)
        if ill is not None and (before is None or before.kind != ill.kind):
            found.append(_news(checked.source, ill.kind, now, ill.detail, ill.since))
        elif ill is None and before is not None and before.kind != NewsKind.WELL:
            found.append(_news(checked.source, NewsKind.WELL, now, f"it was: {before.kind}", None))
    return news_items.add_news(connection, found)


def _news(source: str, kind: str, now: datetime, detail: str, since: datetime | None) -> NewsItem:
    said = f"{detail} (since {since:%Y-%m-%d %H:%M}Z)" if since else detail
    key = f"{kind}:{source}:{now.isoformat()}"
    return NewsItem(key=key, when=now, kind=kind, source=source, detail=said)
