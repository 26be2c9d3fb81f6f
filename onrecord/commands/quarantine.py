"""Look at what was set aside, and decide what is a statement"""

from datetime import UTC, datetime

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option

_REASON = click.option("--reason", required=True, help="Why; entered in the log for good.")


@click.group("quarantine")
def command() -> None:
    """Decide on captures that are kept and not read: not pages, or not like their source.

    An empty page, a site's own "not found", a consent page; and what reads as a statement but is
    far from its source's norm: much shorter, the words of several others, a fraction of what it
    said. None of them is a version, an edit or an absence until a person has decided.
    """


@command.command("list")
@click.argument("source", required=False, default="")
@click.option("--rejected", is_flag=True, help="Those too that were rejected.")
@json_option
@click.pass_obj
def list_(context: Context, source: str, rejected: bool, as_json: bool) -> None:
    """List the captures in quarantine, of one SOURCE or of all, the oldest first.

    Exit code 1: there are none.
    """
    from archive.catalogue import quarantine

    with context.catalogue() as catalogue:
        found = quarantine.suspect_captures(catalogue, source, rejected=rejected)
    for each in found:
        if as_json:
            said = {"capture": each.id, "captured": each.captured.isoformat(), "url": each.url}
            emit(said | {"source": each.source, "why": each.note})
        else:
            click.echo(clean(f"{each.captured:%Y-%m-%d %H:%M}Z  {each.source}  {each.url}"))
            click.echo(clean(f"  {each.id}: {each.note}"))
    if not found:
        context.say("nothing is in quarantine")
        raise SystemExit(1)


@command.command("accept")
@click.argument("capture")
@_REASON
@json_option
@click.pass_obj
def accept(context: Context, capture: str, reason: str, as_json: bool) -> None:
    """Take CAPTURE out of quarantine and read it as a page of its source."""
    from onrecord.collect.open_archive import read_accepted_capture
    from onrecord.quarantine.decisions import decide
    from onrecord.run_summary import show_summary

    decide(context, capture, accept=True, reason=reason, when=datetime.now(UTC))
    show_summary(context, capture, read_accepted_capture(context, capture), as_json)


@command.command("reject")
@click.argument("capture")
@_REASON
@click.pass_obj
def reject(context: Context, capture: str, reason: str) -> None:
    """Leave CAPTURE unread; it is listed no more, and can still be accepted."""
    from onrecord.quarantine.decisions import decide

    decided = decide(context, capture, accept=False, reason=reason, when=datetime.now(UTC))
    context.say(f"{decided.url}: not read")
