"""List the versions of a statement and when each was seen"""

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json


@click.command("versions")
@click.argument("id_", metavar="ID")
@json_option
@click.pass_obj
def command(context: Context, id_: str, as_json: bool) -> None:
    """List the versions of statement ID in the order in which they were first seen."""
    from archive.catalogue import capture_queries, rereading_table, version_queries
    from archive.json_objects import format_utc, rereading_json, version_json
    from archive.text.rereading import describe_rereading

    with context.catalogue() as catalogue:
        versions = version_queries.versions(catalogue, id_.partition("@")[0])
        sighting_counts = {
            version.id: len(capture_queries.sightings(catalogue, version.id))
            for version in versions
        }
        formerly = {
            version.id: rereading_table.rereadings_into(catalogue, version.id)
            for version in versions
        }
    if as_json:
        for version in versions:
            former_ids = [rereading_json(rereading) for rereading in formerly[version.id]]
            counts = {"captures": sighting_counts[version.id], "formerly": former_ids}
            print_json(version_json(version) | counts)
        return

    from rich.table import Table
    from rich.text import Text

    terminal = console()
    terminal.print(Text(clean(versions[-1].reading.title), style="bold"))
    table = Table("", "version", "first seen", "last seen", "captures", "words", box=None)
    for number, version in enumerate(versions, 1):
        table.add_row(
            str(number),
            version.id.partition("@")[2],
            Text(format_utc(version.first_seen), no_wrap=True),
            Text(format_utc(version.last_seen), no_wrap=True),
            str(sighting_counts[version.id]),
            str(len(version.reading.text.split())),
        )
    terminal.print(table)
    for version in versions:
        for rereading in formerly[version.id]:
            terminal.print(Text(clean(describe_rereading(rereading))))
