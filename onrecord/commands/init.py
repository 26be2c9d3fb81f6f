"""Create an archive folder"""

from datetime import UTC, datetime

import click

from onrecord.command_context import Context


@click.command("init")
@click.pass_obj
def command(context: Context) -> None:
    """Create an archive folder that only you can read."""
    from archive.archive_folder import create_archive
    from archive.log.keys import new_origin
    from archive.log.signed_log import Log
    from onrecord.settings import settings_template

    home = create_archive(context.folder, settings_template())
    Log.create(home.log, home.keys, origin=new_origin(), when=datetime.now(UTC)).close()
    context.say(f"created {home.root}; its settings are in {home.settings}")
