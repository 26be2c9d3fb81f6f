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
    from archive.catalogue import questions
    from archive.citations import STYLES
    from archive.log import files
    from archive.log.log import Log
    from archive.models import Outcome
    from archive.pack import making, writing
    from archive.sealing import seal
    from onrecord.citing import cited, place

    home = context.home
    with context.catalogue() as catalogue:
        chosen = place(catalogue, id_, quote)
        facts = cited(catalogue, chosen, context.settings.memento_base)

        def holds(url: str) -> bool:
            held = questions.captures_of(catalogue, url)
            return any(capture.outcome is Outcome.OK for capture in held)

        wanted = making.Wanted(
            version=chosen.version,
            passage=chosen.passage,
            citations={name: STYLES.load(name)(facts) for name in STYLES.names()},
            holds=holds,
        )
        with home.writing(), Log.writing(home.log, home.keys) as log:
            pack = making.make(home, log, wanted)
    if recipients:
        files.replace(out, seal(writing.zipped(pack), recipients))
    else:
        writing.write(pack, out)
    context.say("check what it reveals before you hand it on: onrecord share --check " + str(out))
    if as_json:
        emit({"version": chosen.version.id, "out": str(out), "files": sorted(pack)})
    else:
        click.echo(str(out))
