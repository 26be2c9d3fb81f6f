"""Write all that is held in a format of others"""

from pathlib import Path

import click

from onrecord.context import Context


@click.command("export")
@click.option(
    "--format", "format_", default="jsonl", show_default=True, help="Which format: see docs/cli.md."
)
@click.argument("out", metavar="FILE|-", type=click.Path(allow_dash=True, path_type=Path))
@click.pass_obj
def command(context: Context, format_: str, out: Path) -> None:
    """Write every version of every statement to FILE, or to standard output for "-"."""
    from archive.exports import EXPORTS

    export = EXPORTS.load(format_)
    with context.catalogue() as catalogue:
        count = export(context.home, catalogue, out)
    context.say(f"{count} versions")
