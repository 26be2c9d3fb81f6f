"""Erase a statement and record the erasure"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from archive.integrity.erasure_journal import BegunErasure
    from onrecord.evidence.erase_statement import ErasureResult
    from onrecord.evidence.plan_erasure import ErasurePlan


@click.command("erase")
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--reason", default="", help="Why; stored for good, so name nobody.")
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
@click.option("--wait", is_flag=True, help="Wait for other processes that use the archive.")
@click.option("--status", is_flag=True, help="List the erasures, unfinished ones too.")
@click.option("--again", is_flag=True, help="Let what was erased as ID be taken in again.")
@json_option
@click.pass_obj
def command(
    context: Context,
    id_: str | None,
    reason: str,
    who: str,
    recipients: tuple[str, ...],
    sealed_to: Path | None,
    yes: bool,
    wait: bool,
    status: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Erase every capture of a statement, with its words, entries, news and copies in the archive.

    ID is a statement, a version, a capture (urn:uuid:…), the address of a page, or the number of a
    log entry; --reason is required. A tombstone of the same length, the entry's leaf hash, and a
    log entry with the reason stay, so that all other proofs hold. What was erased is kept out of
    later scrapes, imports and rebuilds. An erasure that was interrupted is finished by the next
    command. Packs and exports that hold it are named: they are out of reach. Without --yes, only
    lists what would be erased. Exit code 1: nothing was erased; 7: another process uses the
    archive.
    """
    from onrecord.evidence.erase_statement import ErasureOrder, erase, plan_only, take_back

    if bool(recipients) != bool(sealed_to):
        raise click.UsageError("--seal and --sealed-to go together")
    if status:
        context.leaves_unfinished = True
        _print_status(context, as_json)
        return
    if not id_:
        raise click.UsageError("expected what to erase, as ID, found none")
    context.leaves_unfinished = yes or again  # which finish it when nobody else reads
    order = ErasureOrder(
        reason=reason,
        who=who,
        when=datetime.now(UTC),
        recipients=recipients,
        sealed_to=sealed_to,
        wait=wait,
    )
    if again:
        _print_taken_back(context, take_back(context, id_, order), as_json)
        return
    if not reason:
        raise click.UsageError("expected --reason: it is stored for good, so name nobody")
    if yes:
        _print_result(context, erase(context, id_, order), as_json)
        return
    plan = plan_only(context, id_)
    _print_plan(plan, as_json, erased=plan.already is not None)
    if plan.already is not None:
        context.say(f"erased before (log entry {plan.already})")
        return
    context.warn("nothing was erased: add --yes to erase all of these")
    raise SystemExit(1)


def _print_taken_back(context: Context, entry: int, as_json: bool) -> None:
    if as_json:
        print_json({"entry": entry, "again": True})
    context.say(f"taken back (log entry {entry}): it is taken in again when it is met")


def _print_plan(plan: "ErasurePlan", as_json: bool, *, erased: bool, **more: Any) -> None:
    if as_json:
        facts = {"captures": list(plan.captures), "versions": list(plan.versions)}
        print_json(facts | {"erased": erased} | more)
        return
    for name in plan.captures:
        click.echo(f"capture {clean(name)}")
    for name in plan.versions:
        click.echo(f"version {clean(name)}")


def _print_result(context: Context, result: "ErasureResult", as_json: bool) -> None:
    plan = result.plan
    more = {"entry": result.entry, "copies": list(result.copies)}
    _print_plan(plan, as_json, erased=True, **more)
    if plan.already is not None:
        context.say(f"erased before (log entry {result.entry})")
        return
    for copy in result.copies:
        context.warn(f"it is still in what was given out: {clean(copy)}")
    context.say(
        f"erased (log entry {result.entry}); it is kept out from now on, and the next search "
        "rebuilds the index"
    )


def _print_status(context: Context, as_json: bool) -> None:
    from onrecord.evidence.erase_statement import erasures

    found = erasures(context.home)
    for erasure in found:
        if as_json:
            print_json(_erasure_json(erasure))
        else:
            click.echo(clean(_erasure_line(erasure)))
    if not found:
        context.warn("nothing was erased")
        raise SystemExit(1)


def _erasure_json(erasure: "BegunErasure") -> dict[str, Any]:
    return {
        "entry": erasure.number,
        "begun": erasure.when.isoformat(),
        "finished": erasure.done.isoformat() if erasure.done else None,
        "again": erasure.lifted.isoformat() if erasure.lifted else None,
        "reason": erasure.reason,
        "who": erasure.who,
        "entries": list(erasure.entries),
    }


def _erasure_line(erasure: "BegunErasure") -> str:
    state = "finished" if erasure.done else "unfinished: the next command finishes it"
    lifted = f", taken back on {erasure.lifted:%Y-%m-%d}" if erasure.lifted else ""
    who = f", by {erasure.who}" if erasure.who else ""
    return (
        f"log entry {erasure.number}  {erasure.when:%Y-%m-%d %H:%M}Z  {state}{lifted}  "
        f"{len(erasure.entries)} entries  {erasure.reason}{who}"
    )
