"""Make catalogue and index anew from the WARC files alone"""

import click

from onrecord.context import Context
from onrecord.output import json_option


@click.command("rebuild")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    help="Read in so many processes at once (default: one for each processor).",
)
@json_option
@click.pass_obj
def command(context: Context, jobs: int | None, as_json: bool) -> None:
    """Throw the catalogue and the index away and make them anew from the evidence.

    The same statements, versions and text hashes come back: the WARC files are the truth. Where a
    source or a reader has changed, they come back as it reads them now. The old catalogue is used
    until the new one is whole; a rebuild that was cut short goes on where it was.
    """
    from onrecord.collect.rebuild import rebuild
    from onrecord.run_summary import show_summary

    tally = rebuild(context, lambda path: context.say(f"reading {path.name}"), jobs)
    with context.engine() as engine:
        context.say(f"{engine.count()} texts indexed")
    show_summary(context, "rebuild", tally, as_json)
