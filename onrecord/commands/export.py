"""Write all that is held in a format of others"""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from onrecord.context import Context


@click.command("export")
@click.option(
    "--format", "format_", default="jsonl", show_default=True, help="Which format: see docs/cli.md."
)
@click.option(
    "--encrypt-to",
    "recipients",
    multiple=True,
    help="An age recipient (age1…) who alone can read FILE (repeatable).",
)
@click.argument("out", metavar="FILE|-", type=click.Path(allow_dash=True, path_type=Path))
@click.pass_obj
def command(context: Context, format_: str, recipients: tuple[str, ...], out: Path) -> None:
    """Write every version of every statement to FILE, or to standard output for "-"."""
    from archive.exports import EXPORTS

    export = EXPORTS.load(format_)
    with context.catalogue() as catalogue:
        if recipients:
            from archive.sharing.encryption import encrypt_file

            # Beside the archive, so that words in clear touch no disk that they are not on.
            with TemporaryDirectory(dir=context.home.root, prefix=".sealing-") as folder:
                clear = Path(folder) / "clear"
                count = export(context.home, catalogue, clear)
                if not clear.is_file():
                    raise click.UsageError(f"--encrypt-to: {format_} is no single file")
                encrypt_file(clear, out, recipients)
        else:
            count = export(context.home, catalogue, out)
    context.say(f"{count} versions")
