"""Show, day by day, what is held, what is missing and why"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option

if TYPE_CHECKING:
    from onrecord.monitor.coverage import DayCoverage

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_SIGNS = {"held": "#", "part": "%", "none": ".", "failed": "!", "unseen": " "}


@click.command("coverage")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--since", type=_DAY, help="From this day.")
@click.option("--until", type=_DAY, help="Up to this day, itself included.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page that stands by itself, to cite and to send.",
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
    """Say of every day of each SOURCE what is held, that nothing was published, or why not known.

    Exit code 1: nothing is known of any of them.
    """
    from archive.catalogue.coverage import by_source
    from archive.catalogue.coverage.by_day import day_records
    from onrecord.collect.ingest import now
    from onrecord.monitor.coverage import coverage_page, judge_days

    first, last = since and since.date(), until and until.date()
    with context.catalogue() as catalogue:
        wanted = names or tuple(each.source for each in by_source.coverage(catalogue))
        judged = {
            name: judge_days(day_records(catalogue, name), first, last) for name in wanted if name
        }
    judged = {name: each for name, each in judged.items() if each}
    if html is not None:
        sources = context.sources
        titled = [
            (name, sources[name].title if name in sources else name, each)
            for name, each in judged.items()
        ]
        html.write_text(coverage_page(f"{now():%Y-%m-%d %H:%M}Z", titled), encoding="utf-8")
        context.say(f"wrote {html}")
    elif as_json:
        for name, each in judged.items():
            for day in each:
                emit(
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
        _print(judged)
    if not judged:
        context.warn("nothing is known of any day")
        raise SystemExit(1)


def _print(judged: "dict[str, list[DayCoverage]]") -> None:
    click.echo("# held   % in part   . nothing published   ! no good look   (blank) not looked")
    for name, days in judged.items():
        click.echo(clean(name))
        months: dict[str, str] = {}
        for day in days:
            months.setdefault(day.day[:7], " " * (int(day.day[8:]) - 1))
            months[day.day[:7]] += _SIGNS[day.certainty]
        for month, signs in months.items():
            held = sum(day.held for day in days if day.day.startswith(month))
            click.echo(f"  {month}  {signs:<31}  {held}")
