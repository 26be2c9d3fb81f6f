"""Show what is held of each day, what is missing, and why"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from onrecord.monitor.judge_day_coverage import DayCoverage

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
    from archive.atomic_files import write_private
    from archive.catalogue.coverage import counts_by_source
    from archive.catalogue.coverage.counts_by_day import day_records
    from archive.errors import UnknownNameError
    from onrecord.collect.ingest import now
    from onrecord.monitor.coverage_page import coverage_page
    from onrecord.monitor.judge_day_coverage import judge_days

    first, last = since and since.date(), until and until.date()
    with context.catalogue() as catalogue:
        recorded = tuple(source.source for source in counts_by_source.coverage(catalogue))
        known = {*recorded, *context.sources} if names else ()
        for name in names:
            if name not in known:
                raise UnknownNameError("source", name, sorted(filter(None, known)))
        requested = names or recorded
        days_by_source = {
            name: judge_days(day_records(catalogue, name), first, last)
            for name in requested
            if name
        }
    days_by_source = {name: days for name, days in days_by_source.items() if days}
    if html is not None:
        sources = context.sources
        sections = [
            (name, sources[name].title if name in sources else name, days)
            for name, days in days_by_source.items()
        ]
        write_private(html, coverage_page(f"{now():%Y-%m-%d %H:%M}Z", sections))
        context.say(f"wrote {html}")
    elif as_json:
        for name, days in days_by_source.items():
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
    else:
        _print(days_by_source)
    if not days_by_source:
        context.warn("nothing is known of any day")
        raise SystemExit(1)


def _print(days_by_source: "dict[str, list[DayCoverage]]") -> None:
    click.echo("# held   % in part   . nothing published   ! visit failed   (blank) not visited")
    for name, days in days_by_source.items():
        click.echo(clean(name))
        months: dict[str, list[DayCoverage]] = {}
        for day in days:
            months.setdefault(day.day[:7], []).append(day)
        for month, days_of_month in months.items():
            signs = [" "] * 31
            for day in days_of_month:
                signs[int(day.day[8:]) - 1] = _SIGNS[day.certainty]
            count = sum(day.held for day in days_of_month)
            click.echo(f"  {month}  {''.join(signs)}  {count}")
