"""Show what is held of each day, what is missing, and why"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from archive.catalogue.coverage.counts_by_day import DayRecord

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_SIGNS = {"held": "#", "part": "%", "none": ".", "failed": "!", "unseen": " "}


@click.command("coverage")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--since", type=_DAY, help="From this day on.")
@click.option("--until", type=_DAY, help="Up to and including this day.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result as one self-contained HTML page.",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    names: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show for each day of each SOURCE what is held, or why nothing is.

    A day is held, held in part, without publications, failed, or not visited. Days before the first
    visit are shown if something of them is held. Exit code 1: nothing is known of any day.
    """
    from archive.catalogue.coverage import counts_by_source
    from archive.catalogue.coverage.counts_by_day import day_records_by_source
    from archive.errors import UnknownNameError

    first, last = since and since.date(), until and until.date()
    with context.catalogue() as catalogue:
        recorded = tuple(filter(None, counts_by_source.source_names(catalogue)))
        known = {*recorded, *context.sources} if names else ()
        for name in names:
            if name not in known:
                raise UnknownNameError("source", name, sorted(known))
        records_by_source = day_records_by_source(catalogue, names)
    records_by_source = {
        name: records_by_source[name] for name in names or recorded if records_by_source.get(name)
    }
    if html is not None:
        is_known = _write_page(context, html, records_by_source, first, last)
    elif as_json:
        shown = [_print_days(*days, first, last) for days in records_by_source.items()]
        is_known = any(shown)
    else:
        is_known = _print_months(records_by_source, first, last)
    if not is_known:
        context.warn("nothing is known of any day")
        raise SystemExit(1)


def _write_page(
    context: Context,
    path: Path,
    records_by_source: "Mapping[str, Sequence[DayRecord]]",
    first: date | None,
    last: date | None,
) -> bool:
    """Write the page; return whether anything is known of any day, as the functions below do."""
    from archive.atomic_files import write_private
    from onrecord.collect.ingest import now
    from onrecord.monitor.coverage_page import coverage_page
    from onrecord.monitor.judge_day_coverage import judge_days

    sources = context.sources
    sections = [
        (name, sources[name].title if name in sources else name, days)
        for name, records in records_by_source.items()
        if (days := judge_days(records, first, last))
    ]
    write_private(path, coverage_page(f"{now():%Y-%m-%d %H:%M}Z", sections))
    context.say(f"wrote {path}")
    return bool(sections)


def _print_days(
    name: str, records: "Sequence[DayRecord]", first: date | None, last: date | None
) -> bool:
    from onrecord.monitor.judge_day_coverage import judge_days

    days = judge_days(records, first, last)
    for day in days:
        print_json(
            {
                "source": name,
                "day": day.day,
                "sure": day.certainty.value,
                "held": day.held,
                "expected": day.expected,
                "reason": day.reason,
            }
        )
    return bool(days)


def _print_months(
    records_by_source: "Mapping[str, Sequence[DayRecord]]", first: date | None, last: date | None
) -> bool:
    from onrecord.monitor.judge_day_coverage import judge_months

    is_known = False
    click.echo("# held   % in part   . nothing published   ! visit failed   (blank) not visited")
    for name, records in records_by_source.items():
        lines = [clean(name)]
        for month in judge_months(records, first, last):
            signs = [" "] * 31
            for day, certainty in month.certainties.items():
                signs[day - 1] = _SIGNS[certainty]
            lines.append(f"  {month.month}  {''.join(signs)}  {month.held}")
        if len(lines) > 1:
            click.echo("\n".join(lines))
            is_known = True
    return is_known
