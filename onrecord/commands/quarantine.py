"""List captures in quarantine; accept or reject them"""

from datetime import UTC, datetime

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

_REASON = click.option("--reason", required=True, help="Why; recorded in the log for good.")


@click.group("quarantine")
def command() -> None:
    """Decide on captures in quarantine: stored, but not read as statements.

    Quarantine holds pages that are no statement (an empty page, a site's own "not found", a
    consent page) and pages far from their source's norm: much shorter than others, with the words
    of several others, or with a fraction of their earlier text. None is a version, an edit or an
    absence until a person decides.
    """


@command.command("list")
@click.argument("source", required=False, default="")
@click.option("--rejected", is_flag=True, help="Include rejected captures.")
@json_option
@click.pass_obj
def list_(context: Context, source: str, rejected: bool, as_json: bool) -> None:
    """List captures in quarantine, of SOURCE or of all, oldest first.

    Exit code 1: there are none.
    """
    from archive.catalogue import quarantine_table

    with context.catalogue() as catalogue:
        captures = quarantine_table.suspect_captures(catalogue, source, rejected=rejected)
    for capture in captures:
        if as_json:
            captured = capture.captured.isoformat()
            facts = {"capture": capture.id, "captured": captured, "url": capture.url}
            print_json(facts | {"source": capture.source, "why": capture.note})
        else:
            captured = f"{capture.captured:%Y-%m-%d %H:%M}Z"
            click.echo(clean(f"{captured}  {capture.source}  {capture.url}"))
            click.echo(clean(f"  {capture.id}: {capture.note}"))
    if not captures:
        context.say("nothing is in quarantine")
        raise SystemExit(1)


@command.command("accept")
@click.argument("capture")
@_REASON
@json_option
@click.pass_obj
def accept(context: Context, capture: str, reason: str, as_json: bool) -> None:
    """Release CAPTURE and read it as a page of its source."""
    from onrecord.collect.open_archive import read_accepted_capture
    from onrecord.print_run_summary import show_summary
    from onrecord.quarantine.decisions import decide

    decide(context, capture, accept=True, reason=reason, when=datetime.now(UTC))
    show_summary(context, capture, read_accepted_capture(context, capture), as_json)


@command.command("reject")
@click.argument("capture")
@_REASON
@click.pass_obj
def reject(context: Context, capture: str, reason: str) -> None:
    """Remove CAPTURE from the list, unread; it can be accepted later."""
    from onrecord.quarantine.decisions import decide

    decided = decide(context, capture, accept=False, reason=reason, when=datetime.now(UTC))
    context.say(f"{decided.url}: rejected, not read")
