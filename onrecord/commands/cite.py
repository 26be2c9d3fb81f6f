"""Cite the archived copy of a statement, or a passage of it"""

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json


@click.command("cite")
@click.argument("id_", metavar="ID")
@click.option("--quote", default="", help="Cite these words; they must be in the statement.")
@click.option("--style", help='A style\'s name, or "all".  [default: setting `style`]')
@json_option
@click.pass_obj
def command(context: Context, id_: str, quote: str, style: str | None, as_json: bool) -> None:
    """Cite statement ID (its newest version that has the quoted words), or the version ID."""
    from archive.catalogue.rereading_table import find_rereading
    from archive.citations import STYLES
    from archive.json_objects import rereading_json
    from archive.text.rereading import describe_rereading
    from onrecord.statements.cite_statement import citation_data, find_passage, require_cited

    requested = style or context.settings.style
    names = STYLES.names() if requested == "all" else [requested]
    styles = {name: STYLES.load(name) for name in names}
    with context.catalogue() as catalogue:
        passage = find_passage(catalogue, id_, quote)
        require_cited(catalogue, context.home, passage)
        rereading = find_rereading(catalogue, id_)
        if rereading:
            context.warn(clean(describe_rereading(rereading)))
        if passage.passage is not None and not passage.is_exact:
            context.warn(f"no version prints it so; cited as printed: “{passage.passage.exact}”")
        facts = citation_data(catalogue, passage, context.settings.memento_base)
    for name, format_citation in styles.items():
        text = format_citation(facts)
        if as_json:
            result = {"style": name, "version": passage.version.id, "citation": text}
            print_json(result | {"formerly": rereading_json(rereading) if rereading else None})
        elif requested == "all":
            click.echo(f"{name}:\n{clean(text).strip()}\n")
        else:
            click.echo(clean(text).strip())
