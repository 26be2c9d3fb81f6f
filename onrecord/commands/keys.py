"""List or replace the keys that sign the log"""

from datetime import UTC, datetime

import click

from onrecord.command_context import Context
from onrecord.print_output import json_option, print_json


@click.group("keys")
def command() -> None:
    """List or replace the keys that sign the log. Publish the newest where others can find it."""


@command.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List every key in order, with the first entry it signs.

    Each key is shown as a verifier key (C2SP signed-note) and in hexadecimal.
    """
    from archive.log.signed_log import Log

    with Log.open_for_reading(context.home.log) as log:
        changes = log.keys().changes
    for change in changes:
        if as_json:
            facts = {"from_entry": change.index, "key": change.key.vkey}
            print_json(facts | {"hex": change.key.raw.hex(), "current": change is changes[-1]})
        else:
            click.echo(f"from entry {change.index}: {change.key.vkey}\n  {change.key.raw.hex()}")


@command.command("rotate")
@click.pass_obj
def rotate(context: Context) -> None:
    """Replace the key: the old one signs the new and is destroyed.

    Old proofs stay valid. Prints the new key.
    """
    from archive.log.signed_log import Log

    home = context.home
    with home.lock_alone(), Log.open_for_writing(home.log, home.keys) as log:
        log.rotate(datetime.now(UTC))
        click.echo(log.keys().current.vkey)
