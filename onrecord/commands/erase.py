"""Erase a statement, leaving a record that something was erased"""

from datetime import UTC, datetime
from pathlib import Path

import click

from onrecord.context import Context
from onrecord.output import emit, json_option


@click.command("erase")
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True, help="Why; kept for good, so it must not name anybody.")
@click.option("--who", default="", help="On whose word; kept for good.")
@click.option(
    "--seal",
    "recipients",
    multiple=True,
    help="An age recipient who gets an encrypted copy first (repeatable).",
)
@click.option(
    "--sealed-to",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for sealed copies.",
)
@click.option("--yes", is_flag=True, help="Do it, also where other statements go with it.")
@json_option
@click.pass_obj
def command(
    context: Context,
    id_: str,
    reason: str,
    who: str,
    recipients: tuple[str, ...],
    sealed_to: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase every capture of statement ID, or one capture (urn:uuid:…): bytes, words and entry.

    A tombstone of the same length stays, the leaf hash of the entry, and the erasure with its
    reason, so that all other proofs hold. Packs and exports already handed out are with others.
    Without --yes, nothing is done but to say what would be. Exit code 1: nothing was done.
    """
    from onrecord.evidence.erase import erase_statement, plan_statement_erasure

    if bool(recipients) != bool(sealed_to):
        raise click.UsageError("--seal and --sealed-to go together")
    going = plan_statement_erasure(context, id_)
    if as_json:
        emit({"captures": going.captures, "versions": going.versions, "erased": yes})
    else:
        for name in going.captures:
            click.echo(f"capture {name}")
        for name in going.versions:
            click.echo(f"version {name}")
    if not yes:
        context.warn("nothing was erased: add --yes to erase all of these")
        raise SystemExit(1)
    erase_statement(
        context,
        going,
        reason=reason,
        who=who,
        when=datetime.now(UTC),
        recipients=recipients,
        sealed_to=sealed_to,
    )
    context.say("erased; the index is made anew at the next search")
