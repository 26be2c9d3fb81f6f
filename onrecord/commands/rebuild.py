"""Make catalogue and index anew from the WARC files alone"""

import click

from onrecord.context import Context
from onrecord.output import json_option


@click.command("rebuild")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Throw the catalogue and the index away and make them anew from the evidence.

    The same statements, versions and text hashes come back: the WARC files are the truth.
    """
    from onrecord.keeping import rebuild
    from onrecord.reporting import tell

    tally = rebuild(context, lambda path: context.say(f"reading {path.name}"))
    with context.engine() as engine:
        context.say(f"{engine.count()} texts indexed")
    tell(context, "rebuild", tally, as_json)
