"""Show what is held, how fresh it is, and what is wrong"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from archive.catalogue.coverage.counts_by_source import SourceCoverage
from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json

if TYPE_CHECKING:
    from archive.news_item import NewsItem
    from onrecord.monitor.gather_health import SourceHealth
    from onrecord.monitor.judge_health import HealthProblem


@click.command("status")
@json_option
@click.option("--all", "everything", is_flag=True, help="Include sources of which nothing is held.")
@click.option("--fail", is_flag=True, help="Exit with code 1 if something is wrong.")
@click.pass_obj
def command(context: Context, as_json: bool, everything: bool, fail: bool) -> None:
    """Show for each source what is held, its last successful capture, and what is wrong.

    Then what is wrong with the archive itself: its disk, its clock, its log, its alerts. The last
    line says what this machine's kernel can forbid the process that reads pages.
    """
    from archive.catalogue import event_queries
    from archive.catalogue.coverage import counts_by_source
    from archive.catalogue.monitoring import news_items
    from archive.sandbox.confinement import machine_confinement
    from onrecord.collect.ingest import now
    from onrecord.monitor.coverage_json import coverage_json
    from onrecord.monitor.gather_health import check_archive, check_sources

    moment = now()
    with context.catalogue() as catalogue:
        coverage_by_source = {
            source.source: source for source in counts_by_source.coverage(catalogue)
        }
        reading_failures = event_queries.count_failed_readings(catalogue)
        health_by_source = {
            health.source: health for health in check_sources(catalogue, context.sources, moment)
        }
        archive_problems = check_archive(context, catalogue, moment)
        absent = news_items.absent_statements(catalogue)
    names = sorted(
        {
            *coverage_by_source,
            *(n for n, health in health_by_source.items() if everything or health.facts.last_try),
        }
    )
    if as_json:
        for name in names:
            print_json(
                coverage_json(coverage_by_source.get(name) or _empty_coverage(name))
                | {"unread": reading_failures.get(name, 0)}
                | _health_json(health_by_source.get(name))
            )
        print_json(_archive_json(context, archive_problems, absent))
    else:
        _print(names, coverage_by_source, reading_failures, health_by_source)
        _print_problems(health_by_source, names, archive_problems)
        _print_absent(absent)
        click.echo(f"pages are read in a sandbox with {machine_confinement()}")
    if fail and (archive_problems or any(health.problems for health in health_by_source.values())):
        raise SystemExit(1)


def _print(
    names: list[str],
    coverage_by_source: dict[str, SourceCoverage],
    reading_failures: dict[str, int],
    health_by_source: "dict[str, SourceHealth]",
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column("source", no_wrap=True)
    for heading in ("statements", "versions", "issued", "captures", "last good", "unread"):
        table.add_column(heading)
    table.add_column("health")
    for name in names:
        source = coverage_by_source.get(name) or _empty_coverage(name)
        problems = health_by_source[name].problems if name in health_by_source else []
        state = "healthy" if name in health_by_source and not problems else "not scheduled"
        table.add_row(
            Text(clean(name)),
            str(source.statements),
            str(source.versions),
            f"{source.first_issued[:10] or '?'} – {source.last_issued[:10] or '?'}",
            ", ".join(f"{count} {outcome}" for outcome, count in source.outcomes.items()),
            f"{source.last_good:%Y-%m-%d %H:%M}Z" if source.last_good else "never",
            str(reading_failures.get(name, 0)),
            Text(
                ", ".join(problem.kind for problem in problems) or state,
                style="red" if problems else "",
            ),
        )
    console().print(table)


def _print_problems(
    health_by_source: "dict[str, SourceHealth]",
    names: list[str],
    archive_problems: "list[HealthProblem]",
) -> None:
    for name in names:
        for problem in health_by_source[name].problems if name in health_by_source else ():
            click.echo(clean(f"{name}: {problem.kind}{_since(problem.since)}: {problem.detail}"))
    never_visited = [
        name for name, health in health_by_source.items() if name not in names and health.problems
    ]
    if never_visited:
        click.echo(f"{len(never_visited)} sources were never visited (status --all lists them)")
    for problem in archive_problems:
        click.echo(clean(f"archive: {problem.kind}{_since(problem.since)}: {problem.detail}"))


def _print_absent(absent: "list[NewsItem]") -> None:
    for item in absent:
        click.echo(clean(f"{item.kind}: {item.statement}: {item.detail}"))


def _since(when: datetime | None) -> str:
    return f" since {when:%Y-%m-%d %H:%M}Z" if when else ""


def _empty_coverage(name: str) -> SourceCoverage:
    return SourceCoverage(
        source=name,
        statements=0,
        versions=0,
        transcripts=0,
        captures=0,
        outcomes={},
        first_issued="",
        last_issued="",
        last_good=None,
        issuers=(),
    )


def _health_json(health: "SourceHealth | None") -> dict[str, Any]:
    from archive.json_objects import format_utc

    if health is None:
        return {"scheduled": False, "wrong": []}
    facts = health.facts
    quiet = facts.quiet_after
    return {
        "scheduled": True,
        "next_due": format_utc(facts.next_due) if facts.next_due else "",
        "rhythm_hours": facts.rhythm.total_seconds() / 3600,
        "last_try": format_utc(facts.last_try) if facts.last_try else "",
        "failures": facts.failures,
        "listed": facts.listed[0] if facts.listed else None,
        "expected_minimum": facts.expected_minimum,
        "last_new": format_utc(facts.last_new) if facts.last_new else "",
        "quiet_after_hours": quiet.total_seconds() / 3600 if quiet else None,
        "suspect": facts.suspect,
        "waiting": facts.waiting,
        "wrong": [_problem_json(problem) for problem in health.problems],
    }


def _problem_json(problem: "HealthProblem") -> dict[str, Any]:
    from archive.json_objects import format_utc

    return {
        "kind": problem.kind,
        "since": format_utc(problem.since) if problem.since else "",
        "detail": problem.detail,
    }


def _archive_json(
    context: Context, archive_problems: "list[HealthProblem]", absent: "list[NewsItem]"
) -> dict[str, Any]:
    import shutil

    from archive.sandbox.confinement import machine_confinement
    from onrecord.monitor.gather_health import log_json
    from onrecord.watch.channels.messages import news_json

    confinement = machine_confinement()
    return {
        "archive": str(context.home.root),
        "free_bytes": shutil.disk_usage(context.home.root).free,
        "log": log_json(context),
        "wrong": [_problem_json(item) for item in archive_problems],
        "absent": [news_json(item) for item in absent],
        "sandbox": {
            "landlock_abi": confinement.landlock_abi,
            "seccomp": confinement.has_seccomp,
        },
    }
