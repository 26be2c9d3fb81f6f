"""Cite the archived copy of a statement, or words of it"""

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option


@click.command("cite")
@click.argument("id_", metavar="ID")
@click.option("--quote", default="", help="The words that are cited; they must be in it.")
@click.option("--style", help='Which style: a name, or "all".  [default: the setting]')
@json_option
@click.pass_obj
def command(context: Context, id_: str, quote: str, style: str | None, as_json: bool) -> None:
    """Cite statement ID (its newest version that has the quoted words), or the version ID."""
    from archive.citations import STYLES
    from onrecord.statements.cite import citation_data, find_passage

    wanted = style or context.settings.style
    names = STYLES.names() if wanted == "all" else [wanted]
    styles = {name: STYLES.load(name) for name in names}
    with context.catalogue() as catalogue:
        chosen = find_passage(catalogue, id_, quote)
        facts = citation_data(catalogue, chosen, context.settings.memento_base)
    for name, cite in styles.items():
        text = cite(facts)
        if as_json:
            emit({"style": name, "version": chosen.version.id, "citation": text})
        elif wanted == "all":
            click.echo(f"{name}:\n{clean(text).strip()}\n")
        else:
            click.echo(clean(text).strip())
