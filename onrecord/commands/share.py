"""What a pack or an export would reveal to those you give it to"""

from pathlib import Path

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option


@click.command("share")
@click.option(
    "--check",
    "path",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="The pack, WACZ, WARC or folder to look into.",
)
@json_option
@click.pass_obj
def command(context: Context, path: Path, as_json: bool) -> None:
    """List names, addresses, cookies, tokens and paths in a file before it is handed on.

    Pages name people of their own accord: this lists, and you judge. Exit code 1: nothing found.
    """
    from archive.sharing.disclosure import find_disclosures

    found = find_disclosures(path)
    for one in found:
        if as_json:
            emit({"file": one.file, "sort": one.kind, "what": one.value, "times": one.count})
        else:
            click.echo(clean(f"{one.kind:<20} {one.value}  ({one.file}, {one.count} times)"))
    if not found:
        context.warn("nothing of the kinds looked for")
        raise SystemExit(1)
