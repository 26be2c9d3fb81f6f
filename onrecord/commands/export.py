"""Export all versions to another format"""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from onrecord.command_context import Context


@click.command("export")
@click.option("--format", "format_", default="jsonl", show_default=True, help="The format's name.")
@click.option(
    "--encrypt-to",
    "recipients",
    multiple=True,
    help="Encrypt FILE to this age recipient (age1…; repeatable).",
)
@click.argument("out", metavar="FILE|-", type=click.Path(allow_dash=True, path_type=Path))
@click.pass_obj
def command(context: Context, format_: str, recipients: tuple[str, ...], out: Path) -> None:
    """Write every version of every statement to FILE, or to standard output (-)."""
    from archive.exports import EXPORTS
    from onrecord.evidence.record_export import record_export

    export = EXPORTS.load(format_)
    with context.catalogue() as catalogue:
        # Before it is written: what a killed export leaves has words too.
        record_export(context.home, format_, out, None, context.warn)
        if recipients:
            from archive.sharing.encryption import encrypt_file

            # In the archive's folder: plaintext is written to no disk that does not hold it yet.
            with TemporaryDirectory(dir=context.home.root, prefix=".sealing-") as folder:
                plaintext = Path(folder) / "clear"
                count = export(context.home, catalogue, plaintext)
                if not plaintext.is_file():
                    raise click.UsageError(f"--encrypt-to: {format_} is not a single file")
                encrypt_file(plaintext, out, recipients)
        else:
            count = export(context.home, catalogue, out)
    context.say(f"{count} versions")
