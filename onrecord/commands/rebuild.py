"""Rebuild the catalogue and the index from the WARC files"""

import click

from onrecord.command_context import Context
from onrecord.print_output import json_option


@click.command("rebuild")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    help="Number of reading processes (default: by processors and memory, at most 5).",
)
@json_option
@click.pass_obj
def command(context: Context, jobs: int | None, as_json: bool) -> None:
    """Discard the catalogue and the index and rebuild them from the WARC files.

    Statements, versions and text hashes come out the same, unless a source or a reader has
    changed: then they come out as it reads the pages now. The old catalogue stays in use until the
    new one is complete; an interrupted rebuild resumes where it stopped. A terminal shows how many
    captures it has read, how many a second, and what is left.
    """
    from onrecord.collect.rebuild import rebuild
    from onrecord.print_run_summary import show_summary
    from onrecord.progress import show_reading

    with show_reading(context) as show:
        stats = rebuild(context, lambda path: context.say(f"reading {path.name}"), jobs, show)
    with context.engine() as engine:
        context.say(f"{engine.count()} texts indexed")
    show_summary(context, "rebuild", stats, as_json)
