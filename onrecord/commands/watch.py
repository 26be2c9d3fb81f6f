"""Manage saved searches and alerts"""

from typing import TYPE_CHECKING

import click

from onrecord.command_context import Context
from onrecord.print_output import clean, console, json_option, print_json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archive.watch_and_alert import Alert, Watch


@click.group("watch")
def command() -> None:
    """Manage watches and the channels to which alerts are delivered.

    A watch is a saved search, a sentence you rely on, or a source. It raises an alert when
    something new matches, the sentence changes or disappears, or the source fails or goes quiet.
    """


@command.command("add")
@click.argument("query")
@click.pass_obj
def add(context: Context, query: str) -> None:
    """Watch for new statements that QUERY matches.

    Prints the watch's number.
    """
    from onrecord.statements.parse_query import parse_query

    with context.catalogue() as catalogue:
        parse_query(query, catalogue, lambda: context.sources)
    _add(context, "query", query)


@command.command("quote")
@click.argument("text")
@click.option("--statement", default="", help="Only this statement, if several have the words.")
@click.pass_obj
def quote(context: Context, text: str, statement: str) -> None:
    """Watch a sentence you rely on: TEXT, word for word.

    The archive must hold a statement with these words. Alerts when they change or disappear, with
    the captures before and after, and when they are back.
    """
    from archive.catalogue import version_queries
    from archive.errors import QuoteError
    from index.query_parser import literal_query
    from onrecord.watch.alerts import contains, has_words

    with context.engine() as engine, context.catalogue() as catalogue:
        if statement:
            versions = version_queries.versions(catalogue, statement.partition("@")[0])
            if not any(has_words(version, text) for version in versions):
                raise QuoteError(text, statement, len(versions))
            statements = [versions[0].statement]
        else:
            hits = engine.search(literal_query(text), facets=False, limit=100).hits
            statements = list(
                dict.fromkeys(hit.statement for hit in hits if contains(hit.text, text, hit.lang))
            )
    if not statements:
        context.warn("no statement in the archive has these words")
        raise SystemExit(1)
    for name in statements:
        _add(context, "quote", text, held_by=name)


@command.command("source")
@click.argument("name")
@click.pass_obj
def source(context: Context, name: str) -> None:
    """Watch source NAME: new statements, edits, removals, failures."""
    from onrecord.collect.run_sources import find_source

    _add(context, "source", find_source(context, name).name)


@command.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List the watches and the channels for alerts."""
    from archive.catalogue.monitoring import alert_queue, watch_list
    from archive.json_objects import format_utc
    from onrecord.watch.deliver import masked_url

    with context.catalogue() as catalogue:
        watches, channels = watch_list.watches(catalogue), alert_queue.channels(catalogue)
        problems = {watch.id: _query_problem(context, catalogue, watch) for watch in watches}
    for watch in watches:
        if as_json:
            print_json(
                {
                    "watch": watch.id,
                    "kind": watch.kind,
                    "wanted": watch.wanted,
                    "statement": watch.held_by,
                    "added": format_utc(watch.added),
                    "problem": problems[watch.id],
                }
            )
        else:
            statement = f"  in {watch.held_by}" if watch.held_by else ""
            problem = f"  matches nothing: {problems[watch.id]}" if problems[watch.id] else ""
            click.echo(clean(f"{watch.id}  {watch.kind}  {watch.wanted}{statement}{problem}"))
    for channel in channels:
        if as_json:
            print_json(
                {
                    "channel": masked_url(channel.url),
                    "digest_hours": channel.digest,
                    "told": channel.told,
                    "failures": channel.failures,
                    "problem": channel.problem,
                }
            )
        else:
            frequency = f"every {channel.digest:g} h" if channel.digest else "at once"
            click.echo(
                clean(f"to {masked_url(channel.url)}  {frequency}  {channel.problem}".rstrip())
            )


@command.command("remove")
@click.argument("number", type=int)
@click.pass_obj
def remove(context: Context, number: int) -> None:
    """Remove watch NUMBER."""
    from archive.catalogue.monitoring import watch_list

    with context.home.lock_with_others(), context.catalogue() as catalogue:
        watch_list.remove_watch(catalogue, number)


@command.command("to")
@click.argument("channel")
@click.option("--digest", default=0.0, metavar="HOURS", help="Send one message per so many hours.")
@click.option("--remove", "is_removal", is_flag=True, help="Stop delivering to CHANNEL.")
@click.pass_obj
def to(context: Context, channel: str, digest: float, is_removal: bool) -> None:
    """Deliver alerts to CHANNEL: a feed file or an Apprise URL.

    Feed files: atom:FILE, jsonfeed:FILE. Apprise (pip install 'onrecord[alerts]') delivers by
    mail, Signal, Matrix, ntfy, webhooks and more: mailto://user:pass@host, ntfy://topic,
    matrix://…, json://host/path
    """
    from archive.catalogue.monitoring import alert_queue
    from onrecord.watch.deliver import check_channel

    url = check_channel(channel)
    with context.home.lock_with_others(), context.catalogue() as catalogue:
        if is_removal:
            alert_queue.remove_channel(catalogue, url)
        else:
            alert_queue.add_channel(catalogue, url, digest)


@command.command("check")
@click.option("--no-tell", is_flag=True, help="Deliver no alerts.")
@json_option
@click.pass_obj
def check(context: Context, no_tell: bool, as_json: bool) -> None:
    """Print and deliver new alerts. Exit code 1: there are none."""
    from archive.catalogue.monitoring import alert_queue
    from onrecord.changes.detect_changes import detect_changes
    from onrecord.collect.ingest import now
    from onrecord.monitor.gather_health import record_health_news
    from onrecord.watch.alerts import match_alerts
    from onrecord.watch.deliver import deliver_alerts

    with context.home.lock_with_others(), context.catalogue() as catalogue:
        last_seen_alert = alert_queue.last_alert_number(catalogue)
        detect_changes(catalogue, context.sources)
        record_health_news(context, catalogue, now())
        catalogue.commit()
        match_alerts(catalogue, context.sources)
        new_alerts = alert_queue.alerts(catalogue, after=last_seen_alert)
    _print(new_alerts, as_json)
    for problem in [] if no_tell else deliver_alerts(context, now()):
        context.warn(problem)
    if not new_alerts:
        raise SystemExit(1)


@command.command("alerts")
@click.option("--after", default=0, metavar="N", help="Only alerts after alert N.")
@json_option
@click.pass_obj
def alerts(context: Context, after: int, as_json: bool) -> None:
    """Print all alerts, oldest first. Exit code 1: there are none."""
    from archive.catalogue.monitoring import alert_queue

    with context.catalogue() as catalogue:
        matches = alert_queue.alerts(catalogue, after=after)
    _print(matches, as_json)
    if not matches:
        raise SystemExit(1)


@command.command("news")
@click.option("--after", default=0, metavar="N", help="Only news after item N.")
@click.option("--source", default="", help="Only news of this source.")
@click.option("--kind", "kinds", multiple=True, help="Only new, edit, gone … (repeatable).")
@json_option
@click.pass_obj
def news_(context: Context, after: int, source: str, kinds: tuple[str, ...], as_json: bool) -> None:
    """Print all news, watched or not. Exit code 1: there is none."""
    from archive.catalogue.monitoring import news_items
    from onrecord.watch.channels.messages import news_json

    with context.catalogue() as catalogue:
        items = news_items.news(catalogue, after=after, source=source, kinds=kinds)
    for item in items:
        if as_json:
            print_json(news_json(item))
        else:
            about = item.statement or item.source
            click.echo(clean(f"{item.when:%Y-%m-%d %H:%M}Z  {item.kind}  {about}  {item.detail}"))
            for page in item.pages:
                click.echo(clean(f"  {page.statement}  {page.before} -> {page.after}"))
    if not items:
        raise SystemExit(1)


def _query_problem(context: Context, catalogue: "Connection", watch: "Watch") -> str:
    """Return why a saved query cannot be asked any more; "" where it can."""
    from archive.errors import QueryError
    from onrecord.statements.parse_query import parse_query

    if watch.kind != "query":
        return ""
    try:
        parse_query(watch.wanted, catalogue, lambda: context.sources)
    except QueryError as error:
        return error.problem
    return ""


def _add(context: Context, kind: str, wanted: str, held_by: str = "") -> None:
    from archive.catalogue.monitoring import watch_list
    from archive.watch_and_alert import Watch
    from onrecord.changes.detect_changes import detect_changes
    from onrecord.collect.ingest import now

    with context.home.lock_with_others(), context.catalogue() as catalogue:
        # What the archive holds already must not raise an alert.
        detect_changes(catalogue, context.sources)
        watch = Watch(kind=kind, wanted=wanted, held_by=held_by, added=now())
        saved = watch_list.add_watch(catalogue, watch)
    click.echo(str(saved.id))


def _print(alerts: "list[Alert]", as_json: bool) -> None:
    from rich.text import Text

    from onrecord.watch.channels.messages import alert_body, alert_json, alert_title

    for alert in alerts:
        if as_json:
            print_json(alert_json(alert))
        else:
            console().print(Text(clean(alert_title(alert)), style="bold"))
            click.echo("".join(f"  {clean(line)}\n" for line in alert_body(alert).splitlines()))
