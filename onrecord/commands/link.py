"""Record that a statement answers, quotes or corrects another"""

from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, json_option, print_json

if TYPE_CHECKING:
    from archive.statement_links import StatementLink

_LINK_KINDS = ("responds-to", "quotes", "corrects", "withdraws")


@click.command("link")
@click.argument("subject", metavar="[A]", required=False)
@click.argument("tie", metavar="[TIE]", type=click.Choice(_LINK_KINDS), required=False)
@click.argument("object_", metavar="[B]", required=False)
@click.option("--note", default="", help="The evidence for the link: a page, a sentence.")
@click.option("--withdraw", is_flag=True, help="Withdraw the link; its history stays.")
@json_option
@click.pass_obj
def command(
    context: Context,
    subject: str | None,
    tie: str | None,
    object_: str | None,
    note: str,
    withdraw: bool,
    as_json: bool,
) -> None:
    """Link statement A to statement B: `link A responds-to B`.

    TIE is responds-to, quotes, corrects or withdraws. Without arguments, list the links. Time
    lines show links. The tool adds none by itself: a link is what a person confirmed.
    """
    from archive import statement_links
    from archive.log.signed_log import Log
    from archive.vouching.vouched_links import add_vouched_link

    path = context.home.links
    if subject is None:
        links = statement_links.read_links(path)
        for link in links:
            if as_json:
                print_json(statement_links.link_json(link))
            else:
                click.echo(clean(f"{link.subject} {link.kind} {link.object}  {link.note}").rstrip())
        if not links:
            context.warn("no links")
            raise SystemExit(1)
        return
    if tie is None or object_ is None:
        raise click.UsageError("expected A TIE B, as in: A responds-to B")
    link = _build_link(context, subject, tie, object_, note)
    if withdraw and link.key not in {link.key for link in statement_links.read_links(path)}:
        context.warn(f"no such link: {subject} {tie} {object_}")
        raise SystemExit(1)
    home = context.home
    with (
        home.lock_with_others(),
        home.lock_for_links(),
        Log.open_shared(home.log, home.keys) as log,
    ):
        add_vouched_link(path, link, log, withdrawn=withdraw)
    if as_json:
        print_json(statement_links.link_json(link))
    else:
        context.say(clean(f"{link.subject} {link.kind} {link.object}{' (withdrawn)' * withdraw}"))


def _build_link(
    context: Context, subject: str, tie: str, object_: str, note: str
) -> "StatementLink":
    from datetime import UTC, datetime

    from archive.catalogue import version_queries
    from archive.statement_links import LinkKind, StatementLink

    with context.catalogue() as catalogue:
        subject_statement, object_statement = (
            version_queries.version(catalogue, name).statement for name in (subject, object_)
        )
    if subject_statement == object_statement:
        raise click.UsageError("a statement cannot be linked to itself")
    return StatementLink(
        subject=subject_statement,
        kind=LinkKind(tie),
        object=object_statement,
        confirmed=datetime.now(UTC),
        note=note,
    )
