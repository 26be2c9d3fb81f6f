"""Visit the sources that are due, once; called by a timer"""

from datetime import timedelta

import click

from onrecord.command_context import Context
from onrecord.print_output import json_option

_MAX_IDLE = timedelta(minutes=15)  # --forever looks at least this often for sources and watches


@click.command("run")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--forever", is_flag=True, help="Keep running; visit each source when it is due.")
@click.option(
    "--minutes",
    default=50,
    show_default=True,
    type=click.IntRange(1),
    help="Send no request after this many minutes; the next call does the rest.",
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
    """Visit every source that is due, or each SOURCE named, due or not; index; deliver alerts.

    Sources are visited at the same time, each host by one request at a time.

    SIGTERM stops it after the exchange under way. Exit codes: 0 every visit captured something, 1
    some visit captured nothing, 7 another run is under way, 75 nothing was due.
    """
    from onrecord.collect.ingest import now
    from onrecord.collect.open_network import open_network
    from onrecord.collect.run_sources import find_source
    from onrecord.print_run_summary import show_summary
    from onrecord.run.graceful_stop import stop_on_signals
    from onrecord.run.run_due import RunEnvironment
    from onrecord.run.run_loop import RunLoop

    selected = [find_source(context, name).name for name in names]
    with stop_on_signals() as stop:
        environment = RunEnvironment(
            open_fetcher=open_network, now=now, stop=stop, budget=timedelta(minutes=minutes)
        )
        loop = RunLoop(
            context=context,
            environment=environment,
            only=selected,
            delivers=not no_tell,
            on_visited=lambda source, stats: show_summary(context, source.name, stats, as_json),
        )
        if forever:
            loop.serve(_MAX_IDLE)
        else:
            loop.run_once()
    raise SystemExit(loop.exit_code)
