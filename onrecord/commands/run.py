"""Visit the sources that are due, once: what a timer calls"""

from datetime import timedelta

import click

from onrecord.context import Context
from onrecord.output import json_option

_LONGEST = timedelta(minutes=15)  # that --forever waits: new sources and watches are seen by then


@click.command("run")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--forever", is_flag=True, help="Stay, and visit each source when it is due.")
@click.option(
    "--minutes",
    default=50,
    show_default=True,
    type=click.IntRange(1),
    help="Begin no further visit after so long; the rest is due at the next call.",
)
@click.option("--no-tell", is_flag=True, help="Deliver no alerts.")
@json_option
@click.pass_obj
def command(
    context: Context,
    names: tuple[str, ...],
    forever: bool,
    minutes: int,
    no_tell: bool,
    as_json: bool,
) -> None:
    """Visit every source that is due, or each SOURCE named; index; alert who watches.

    SIGTERM ends it after the exchange under way. Exit codes: 0 every visit captured something, 1
    some visit captured nothing, 7 another onrecord is at it, 75 nothing was due.
    """
    from onrecord.collect.ingest import now
    from onrecord.collect.run_sources import find_source, open_network
    from onrecord.run.graceful_stop import stop_on_signals
    from onrecord.run.run_due import RunEnvironment
    from onrecord.run.run_loop import RunLoop
    from onrecord.run_summary import show_summary

    only = [find_source(context, name).name for name in names]
    with stop_on_signals() as stop:
        environment = RunEnvironment(
            open_fetcher=open_network, now=now, stop=stop, budget=timedelta(minutes=minutes)
        )
        collector = RunLoop(
            context=context,
            environment=environment,
            only=only,
            delivers=not no_tell,
            on_visited=lambda source, tally: show_summary(context, source.name, tally, as_json),
        )
        if forever:
            collector.serve(_LONGEST)
        else:
            collector.run_once()
    raise SystemExit(collector.exit_code)
