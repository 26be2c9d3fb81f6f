"""Erase a statement and record the erasure"""

from datetime import UTC, datetime
from pathlib import Path

import click

from onrecord.command_context import Context
from onrecord.print_output import json_option, print_json


@click.command("erase")
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True, help="Why; stored for good, so name nobody.")
@click.option("--who", default="", help="Who ordered it; stored for good.")
@click.option(
    "--seal",
    "recipients",
    multiple=True,
    help="First encrypt a copy to this age recipient (repeatable).",
)
@click.option(
    "--sealed-to",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for encrypted copies.",
)
@click.option("--yes", is_flag=True, help="Erase, even where other statements are erased too.")
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

    A tombstone of the same length, the entry's leaf hash, and a log entry with the reason stay, so
    that all other proofs hold. Packs and exports already given to others are not affected. Without
    --yes, only lists what would be erased. Exit code 1: nothing was erased.
    """
    from onrecord.evidence.erase_statement import erase_statement, plan_statement_erasure

    if bool(recipients) != bool(sealed_to):
        raise click.UsageError("--seal and --sealed-to go together")
    plan = plan_statement_erasure(context, id_)
    if as_json:
        print_json({"captures": plan.captures, "versions": plan.versions, "erased": yes})
    else:
        for name in plan.captures:
            click.echo(f"capture {name}")
        for name in plan.versions:
            click.echo(f"version {name}")
    if not yes:
        context.warn("nothing was erased: add --yes to erase all of these")
        raise SystemExit(1)
    erase_statement(
        context,
        plan,
        reason=reason,
        who=who,
        when=datetime.now(UTC),
        recipients=recipients,
        sealed_to=sealed_to,
    )
    context.say("erased; the next search rebuilds the index")
