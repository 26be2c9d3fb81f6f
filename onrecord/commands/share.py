"""List what a pack or an export would disclose"""

from pathlib import Path

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json


@click.command("share")
@click.option(
    "--check",
    "path",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="The pack, WACZ, WARC or folder to search.",
)
@json_option
@click.pass_obj
def command(context: Context, path: Path, as_json: bool) -> None:
    """List the names, addresses, cookies, tokens and paths in a file before you share it.

    Pages themselves name people: the command lists, you judge. Exit code 1: nothing found.
    """
    from archive.sharing.disclosure import find_disclosures

    disclosures = find_disclosures(path)
    for disclosure in disclosures:
        if as_json:
            facts = {"file": disclosure.file, "sort": disclosure.kind}
            print_json(facts | {"what": disclosure.value, "times": disclosure.count})
        else:
            position = f"({disclosure.file}, {disclosure.count} times)"
            click.echo(clean(f"{disclosure.kind:<20} {disclosure.value}  {position}"))
    if not disclosures:
        context.warn("no names, addresses, cookies, tokens or paths found")
        raise SystemExit(1)
