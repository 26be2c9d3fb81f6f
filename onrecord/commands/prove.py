"""Write an evidence pack about a statement, for anyone to check"""

from pathlib import Path

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json


@click.command("prove")
@click.argument("id_", metavar="ID")
@click.option("--quote", default="", help="Prove these words; they must be in the statement.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder to create, or a file ending in .zip.",
)
@click.option(
    "--encrypt-to",
    "recipients",
    multiple=True,
    help="Write a zip encrypted to this age recipient (age1…; repeatable).",
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
    """Write the evidence for statement ID, or version ID: bytes, text, log, signatures, timestamps.

    The recipient checks it with `sh verify.sh`, or `python3 verify.py`, inside the pack.
    """
    from archive import atomic_files
    from archive.catalogue.rereading_table import find_rereading
    from archive.pack import write_pack
    from archive.sharing.encryption import encrypt
    from archive.text.rereading import describe_rereading
    from onrecord.evidence.pack import make_pack
    from onrecord.evidence.record_export import record_export

    with context.catalogue() as catalogue:
        base = context.settings.memento_base
        if rereading := find_rereading(catalogue, id_):
            context.warn(clean(describe_rereading(rereading)))
        evidence = make_pack(catalogue, context.home, id_, quote, base)
        statement = evidence.version.partition("@")[0]
        record_export(context.home, "pack", out, [statement], context.warn)
    pack = evidence.files
    if recipients:
        atomic_files.replace_file(out, encrypt(write_pack.zip_pack(pack), recipients))
    else:
        write_pack.write_pack(pack, out)
    context.say("before sharing it, list what it discloses: onrecord share --check " + str(out))
    if as_json:
        print_json({"version": evidence.version, "out": str(out), "files": sorted(pack)})
    else:
        click.echo(str(out))
