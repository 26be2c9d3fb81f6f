"""Make an archive folder"""

import click

from onrecord.context import Context


@click.command("init")
@click.pass_obj
def command(context: Context) -> None:
    """Make an archive folder, readable by you alone."""
    from archive.home import create
    from onrecord.settings import template

    home = create(context.folder, template())
    context.say(f"made {home.root}; its settings are in {home.settings}")
