"""Be told: saved queries, sentences you rely on, sources"""

from typing import TYPE_CHECKING

import click

from onrecord.context import Context
from onrecord.output import clean, console, emit, json_option

if TYPE_CHECKING:
    from archive.news import Alert


@click.group("watch")
def command() -> None:
    """Be told when something new matches, a sentence changes or goes, a source goes quiet."""


@command.command("add")
@click.argument("query")
@click.pass_obj
def add(context: Context, query: str) -> None:
    """Watch for statements that QUERY finds, from now on. Prints the watch's number."""
    from index.query_parser import parse

    parse(query)
    _add(context, "query", query)


@command.command("quote")
@click.argument("text")
@click.option("--statement", default="", help="The statement it is in, where several have it.")
@click.pass_obj
def quote(context: Context, text: str, statement: str) -> None:
    """Watch a sentence that you rely on: TEXT, word for word, in a statement that is held.

    You are told when it changes or goes, with the captures before and after, and when it is back.
    """
    from archive.catalogue import version_queries
    from archive.errors import QuoteError
    from index.normalise import words_of
    from index.query_parser import literal_query
    from onrecord.watch.alerts import has_words

    words = words_of(text)
    with context.engine() as engine, context.catalogue() as catalogue:
        if statement:
            versions = version_queries.versions(catalogue, statement.partition("@")[0])
            if not any(has_words(version, words) for version in versions):
                raise QuoteError(text, statement, len(versions))
            found = [versions[0].statement]
        else:
            hits = engine.search(literal_query(text), facets=False, limit=100).hits
            found = list(dict.fromkeys(hit.statement for hit in hits))
    if not found:
        context.warn("no statement that is held has these words")
        raise SystemExit(1)
    for each in found:
        _add(context, "quote", text, held_by=each)


@command.command("source")
@click.argument("name")
@click.pass_obj
def source(context: Context, name: str) -> None:
    """Watch a source: its new statements, edits and removals, and when it goes quiet or breaks."""
    from onrecord.collect.run_sources import find_source

    _add(context, "source", find_source(context, name).name)


@command.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List what is watched, and where alerts go."""
    from archive.catalogue.monitoring import alert_queue, watch_list
    from archive.json_objects import format_utc
    from onrecord.watch.deliver import masked_url

    with context.catalogue() as catalogue:
        watches, channels = watch_list.watches(catalogue), alert_queue.channels(catalogue)
    for watch in watches:
        if as_json:
            emit(
                {
                    "watch": watch.id,
                    "kind": watch.kind,
                    "wanted": watch.wanted,
                    "statement": watch.held_by,
                    "added": format_utc(watch.added),
                }
            )
        else:
            where = f"  in {watch.held_by}" if watch.held_by else ""
            click.echo(clean(f"{watch.id}  {watch.kind}  {watch.wanted}{where}"))
    for channel in channels:
        if as_json:
            emit(
                {
                    "channel": masked_url(channel.url),
                    "digest_hours": channel.digest,
                    "told": channel.told,
                    "failures": channel.failures,
                    "problem": channel.problem,
                }
            )
        else:
            often = f"every {channel.digest:g} h" if channel.digest else "at once"
            click.echo(clean(f"to {masked_url(channel.url)}  {often}  {channel.problem}".rstrip()))


@command.command("remove")
@click.argument("number", type=int)
@click.pass_obj
def remove(context: Context, number: int) -> None:
    """Watch NUMBER no longer."""
    from archive.catalogue.monitoring import watch_list

    with context.home.lock_for_writing(), context.catalogue() as catalogue:
        watch_list.remove_watch(catalogue, number)


@command.command("to")
@click.argument("channel")
@click.option("--digest", default=0.0, metavar="HOURS", help="One message in so many hours.")
@click.option("--remove", "gone", is_flag=True, help="Deliver there no longer.")
@click.pass_obj
def to(context: Context, channel: str, digest: float, gone: bool) -> None:
    """Deliver alerts to CHANNEL: atom:FILE, jsonfeed:FILE, or an address of Apprise.

    Apprise (pip install 'onrecord[alerts]') knows mail, Signal, Matrix, ntfy, webhooks and more:
    mailto://user:pass@host, ntfy://topic, matrix://…, json://host/path
    """
    from archive.catalogue.monitoring import alert_queue
    from onrecord.watch.deliver import check_channel

    url = check_channel(channel)
    with context.home.lock_for_writing(), context.catalogue() as catalogue:
        if gone:
            alert_queue.remove_channel(catalogue, url)
        else:
            alert_queue.add_channel(catalogue, url, digest)


@command.command("check")
@click.option("--no-tell", is_flag=True, help="Deliver nothing.")
@json_option
@click.pass_obj
def check(context: Context, no_tell: bool, as_json: bool) -> None:
    """See what is new for your watches and deliver it; print it. Exit code 1: nothing is."""
    from archive.catalogue.monitoring import alert_queue
    from onrecord.changes.detect_changes import detect_changes
    from onrecord.collect.ingest import now
    from onrecord.monitor.health_checks import record_health_news
    from onrecord.watch.alerts import match_alerts
    from onrecord.watch.deliver import deliver_alerts

    with context.home.lock_for_writing(), context.catalogue() as catalogue:
        before = alert_queue.last_alert_number(catalogue)
        detect_changes(catalogue, context.sources)
        record_health_news(context, catalogue, now())
        catalogue.commit()
        match_alerts(catalogue)
        found = alert_queue.alerts(catalogue, after=before)
    _print(found, as_json)
    for problem in [] if no_tell else deliver_alerts(context, now()):
        context.warn(problem)
    if not found:
        raise SystemExit(1)


@command.command("alerts")
@click.option("--after", default=0, metavar="N", help="Only those after alert N.")
@json_option
@click.pass_obj
def alerts(context: Context, after: int, as_json: bool) -> None:
    """Print the alerts there were, in order. Exit code 1: none."""
    from archive.catalogue.monitoring import alert_queue

    with context.catalogue() as catalogue:
        found = alert_queue.alerts(catalogue, after=after)
    _print(found, as_json)
    if not found:
        raise SystemExit(1)


@command.command("news")
@click.option("--after", default=0, metavar="N", help="Only what came after news N.")
@click.option("--source", default="", help="Only of this source.")
@click.option("--kind", "kinds", multiple=True, help="new, edit, missing, gone, back … (repeat).")
@json_option
@click.pass_obj
def news_(context: Context, after: int, source: str, kinds: tuple[str, ...], as_json: bool) -> None:
    """Print all that happened, watched or not. Exit code 1: nothing did."""
    from archive.catalogue.monitoring import news_items
    from onrecord.watch.messages import news_json

    with context.catalogue() as catalogue:
        found = news_items.news(catalogue, after=after, source=source, kinds=kinds)
    for each in found:
        if as_json:
            emit(news_json(each))
        else:
            about = each.statement or each.source
            click.echo(clean(f"{each.when:%Y-%m-%d %H:%M}Z  {each.kind}  {about}  {each.detail}"))
    if not found:
        raise SystemExit(1)


def _add(context: Context, kind: str, wanted: str, held_by: str = "") -> None:
    from archive.catalogue.monitoring import watch_list
    from archive.news import Watch
    from onrecord.changes.detect_changes import detect_changes
    from onrecord.collect.ingest import now

    with context.home.lock_for_writing(), context.catalogue() as catalogue:
        # What is held already is no news to this watch.
        detect_changes(catalogue, context.sources)
        watch = Watch(kind=kind, wanted=wanted, held_by=held_by, added=now())
        kept = watch_list.add_watch(catalogue, watch)
    click.echo(str(kept.id))


def _print(found: "list[Alert]", as_json: bool) -> None:
    from rich.text import Text

    from onrecord.watch.messages import alert_body, alert_json, alert_title

    for each in found:
        if as_json:
            emit(alert_json(each))
        else:
            console().print(Text(clean(alert_title(each)), style="bold"))
            click.echo("".join(f"  {clean(line)}\n" for line in alert_body(each).splitlines()))
