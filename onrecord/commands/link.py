"""Confirm that one statement responds to, quotes, corrects or withdraws another"""

from typing import TYPE_CHECKING

import click

from onrecord.context import Context
from onrecord.output import clean, emit, json_option

if TYPE_CHECKING:
    from archive.statement_links import StatementLink

_TIES = ("responds-to", "quotes", "corrects", "withdraws")


@click.command("link")
@click.argument("subject", metavar="[A]", required=False)
@click.argument("tie", metavar="[TIE]", type=click.Choice(_TIES), required=False)
@click.argument("object_", metavar="[B]", required=False)
@click.option("--note", default="", help="Why you think so: a page, a sentence.")
@click.option("--withdraw", is_flag=True, help="Take the link back; that it was there stays known.")
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
    """Say that statement A is TIE to statement B: `link A responds-to B`.

    TIE is responds-to, quotes, corrects or withdraws. Without arguments, list the links. Time
    lines show them; nothing is linked that a person did not confirm.
    """
    from archive import statement_links

    path = context.home.links
    if subject is None:
        found = statement_links.read_links(path)
        for link in found:
            if as_json:
                emit(statement_links.link_json(link))
            else:
                click.echo(clean(f"{link.subject} {link.kind} {link.object}  {link.note}").rstrip())
        if not found:
            context.warn("no links")
            raise SystemExit(1)
        return
    if tie is None or object_ is None:
        raise click.UsageError("expected A TIE B, as in: A responds-to B")
    made = _link(context, subject, tie, object_, note)
    if withdraw and made.key not in {link.key for link in statement_links.read_links(path)}:
        context.warn(f"no such link: {subject} {tie} {object_}")
        raise SystemExit(1)
    with context.home.lock_for_writing():
        statement_links.add_link(path, made, withdrawn=withdraw)
    if as_json:
        emit(statement_links.link_json(made))
    else:
        context.say(clean(f"{made.subject} {made.kind} {made.object}{' no more' * withdraw}"))


def _link(context: Context, subject: str, tie: str, object_: str, note: str) -> "StatementLink":
    from datetime import UTC, datetime

    from archive.catalogue import version_queries
    from archive.statement_links import LinkKind, StatementLink

    with context.catalogue() as catalogue:
        one, two = (
            version_queries.version(catalogue, name).statement for name in (subject, object_)
        )
    if one == two:
        raise click.UsageError("a statement cannot be linked to itself")
    return StatementLink(
        subject=one, kind=LinkKind(tie), object=two, confirmed=datetime.now(UTC), note=note
    )
