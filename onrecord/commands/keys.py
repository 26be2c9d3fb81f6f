"""The keys that sign this archive's log"""

from datetime import UTC, datetime

import click

from onrecord.context import Context
from onrecord.output import emit, json_option


@click.group("keys")
def command() -> None:
    """Show or change the keys that sign the log. Publish the newest where others can find it."""


@command.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """Show every key there was, in order: from which entry on it signs, and its one-word form."""
    from archive.log.log import Log

    with Log.open_for_reading(context.home.log) as log:
        changes = log.keys().changes
    for change in changes:
        if as_json:
            facts = {"from_entry": change.index, "key": change.key.vkey}
            emit(facts | {"hex": change.key.raw.hex(), "current": change is changes[-1]})
        else:
            click.echo(f"from entry {change.index}: {change.key.vkey}\n  {change.key.raw.hex()}")


@command.command("rotate")
@click.pass_obj
def rotate(context: Context) -> None:
    """Make a new key; the old one signs for it and is destroyed. Old proofs keep verifying."""
    from archive.log.log import Log

    home = context.home
    with home.lock_for_writing(), Log.open_for_writing(home.log, home.keys) as log:
        log.rotate(datetime.now(UTC))
        click.echo(log.keys().current.vkey)
