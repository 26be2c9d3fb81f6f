"""Show what is held, how fresh it is, and what is wrong"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from archive.catalogue.coverage.by_source import SourceCoverage
from onrecord.context import Context
from onrecord.output import clean, console, json_option, print_json

if TYPE_CHECKING:
    from archive.news import NewsItem
    from onrecord.monitor.health import HealthProblem
    from onrecord.monitor.health_checks import SourceHealth


@click.command("status")
@json_option
@click.option("--all", "everything", is_flag=True, help="Include sources of which nothing is held.")
@click.option("--fail", is_flag=True, help="Exit with code 1 if something is wrong.")
@click.pass_obj
def command(context: Context, as_json: bool, everything: bool, fail: bool) -> None:
    """Show for each source what is held, its last successful capture, and what is wrong.

    Then what is wrong with the archive itself: its disk, its clock, its log, its alerts.
    """
    from archive.catalogue import catalogue_facts
    from archive.catalogue.coverage import by_source
    from archive.catalogue.monitoring import news_items
    from onrecord.collect.ingest import now
    from onrecord.monitor.coverage_json import coverage_json
    from onrecord.monitor.health_checks import check_archive, check_sources

    moment = now()
    with context.catalogue() as catalogue:
        held = {each.source: each for each in by_source.coverage(catalogue)}
        failed: dict[str, int] = {}
        for event in catalogue_facts.events(catalogue, kind="reading"):
            name = event.facts.get("source", "")
            failed[name] = failed.get(name, 0) + 1
        checked = {each.source: each for each in check_sources(catalogue, context.sources, moment)}
        wrong = check_archive(context, catalogue, moment)
        absent = news_items.absent_statements(catalogue)
    names = sorted({*held, *(n for n, c in checked.items() if everything or c.facts.last_try)})
    if as_json:
        for name in names:
            print_json(
                coverage_json(held.get(name) or _nothing(name))
                | {"unread": failed.get(name, 0)}
                | _health_json(checked.get(name))
            )
        print_json(_archive_json(context, wrong, absent))
    else:
        _print(names, held, failed, checked)
        _print_wrong(checked, names, wrong)
        _print_absent(absent)
    if fail and (wrong or any(each.ill for each in checked.values())):
        raise SystemExit(1)


def _print(
    names: list[str],
    held: dict[str, SourceCoverage],
    failed: dict[str, int],
    checked: "dict[str, SourceHealth]",
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column("source", no_wrap=True)
    for heading in ("statements", "versions", "issued", "captures", "last good", "unread"):
        table.add_column(heading)
    table.add_column("health")
    for name in names:
        source = held.get(name) or _nothing(name)
        ill = checked[name].ill if name in checked else []
        well = "well" if name in checked and not ill else "not scheduled"
        table.add_row(
            Text(clean(name)),
            str(source.statements),
            str(source.versions),
            f"{source.first_issued[:10] or '?'} – {source.last_issued[:10] or '?'}",
            ", ".join(f"{count} {outcome}" for outcome, count in source.outcomes.items()),
            f"{source.last_good:%Y-%m-%d %H:%M}Z" if source.last_good else "never",
            str(failed.get(name, 0)),
            Text(", ".join(each.kind for each in ill) or well, style="red" if ill else ""),
        )
    console().print(table)


def _print_wrong(
    checked: "dict[str, SourceHealth]", names: list[str], wrong: "list[HealthProblem]"
) -> None:
    for name in names:
        for ill in checked[name].ill if name in checked else ():
            click.echo(clean(f"{name}: {ill.kind}{_since(ill.since)}: {ill.detail}"))
    never = [name for name, each in checked.items() if name not in names and each.ill]
    if never:
        click.echo(f"{len(never)} sources were never visited (status --all lists them)")
    for ill in wrong:
        click.echo(clean(f"archive: {ill.kind}{_since(ill.since)}: {ill.detail}"))


def _print_absent(absent: "list[NewsItem]") -> None:
    for each in absent:
        click.echo(clean(f"{each.kind}: {each.statement}: {each.detail}"))


def _since(when: datetime | None) -> str:
    return f" since {when:%Y-%m-%d %H:%M}Z" if when else ""


def _nothing(name: str) -> SourceCoverage:
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


def _health_json(checked: "SourceHealth | None") -> dict[str, Any]:
    from archive.json_objects import utc

    if checked is None:
        return {"scheduled": False, "wrong": []}
    facts = checked.facts
    quiet = facts.quiet_after
    return {
        "scheduled": True,
        "next_due": utc(facts.next_due) if facts.next_due else "",
        "rhythm_hours": facts.rhythm.total_seconds() / 3600,
        "last_try": utc(facts.last_try) if facts.last_try else "",
        "failures": facts.failures,
        "listed": facts.listed[0] if facts.listed else None,
        "expected_minimum": facts.expected_minimum,
        "last_new": utc(facts.last_new) if facts.last_new else "",
        "quiet_after_hours": quiet.total_seconds() / 3600 if quiet else None,
        "suspect": facts.suspect,
        "waiting": facts.waiting,
        "wrong": [_ill_json(each) for each in checked.ill],
    }


def _ill_json(ill: "HealthProblem") -> dict[str, Any]:
    from archive.json_objects import utc

    return {"kind": ill.kind, "since": utc(ill.since) if ill.since else "", "detail": ill.detail}


def _archive_json(
    context: Context, wrong: "list[HealthProblem]", absent: "list[NewsItem]"
) -> dict[str, Any]:
    import shutil

    from onrecord.monitor.health_checks import log_json
    from onrecord.watch.messages import news_json

    return {
        "archive": str(context.home.root),
        "free_bytes": shutil.disk_usage(context.home.root).free,
        "log": log_json(context),
        "wrong": [_ill_json(each) for each in wrong],
        "absent": [news_json(each) for each in absent],
    }
