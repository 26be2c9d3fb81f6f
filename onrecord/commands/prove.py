"""Make a pack about one statement that a stranger can check"""

from pathlib import Path

import click

from onrecord.context import Context
from onrecord.output import emit, json_option


@click.command("prove")
@click.argument("id_", metavar="ID")
@click.option("--quote", default="", help="The words that matter; they must be in it.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="A folder to make, or a file ending in .zip.",
)
@click.option(
    "--encrypt-to",
    "recipients",
    multiple=True,
    help="An age recipient (age1…): write one encrypted zip (repeatable).",
)
@json_option
@click.pass_obj
def command(
    context: Context,
    id_: str,
    quote: str,
    out: Path,
    recipients: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write what proves statement ID, or the version ID: bytes, words, log, signatures, time.

    Whoever gets it runs `sh verify.sh`, or `python3 verify.py`, inside it.
    """
    from archive import atomic_files
    from archive.pack import write
    from archive.sharing.encryption import encrypt
    from onrecord.evidence.pack import make_pack

    with context.catalogue() as catalogue:
        base = context.settings.memento_base
        done = make_pack(catalogue, context.home, id_, quote, base)
    pack = done.files
    if recipients:
        atomic_files.replace_file(out, encrypt(write.zip_pack(pack), recipients))
    else:
        write.write_pack(pack, out)
    context.say("check what it reveals before you hand it on: onrecord share --check " + str(out))
    if as_json:
        emit({"version": done.version, "out": str(out), "files": sorted(pack)})
    else:
        click.echo(str(out))
