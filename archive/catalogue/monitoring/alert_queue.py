"""Alerts in the catalogue, and the channels through which they are delivered."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.monitoring.news_items import news_item_of
from archive.catalogue.monitoring.watch_list import watches
from archive.catalogue.rows import format_moment, parse_moment
from archive.errors import UnknownNameError
from archive.news import Alert, Channel

_alert = schema.alert.c
_news = schema.news.c
_channel = schema.channel.c


def add_alerts(connection: Connection, found: Iterable[tuple[int, int, str]]) -> int:
    """Record alerts, (watch, news, detail), each once; return how many were new."""
    added = 0
    for watch, number, detail in found:
        row = {"watch": watch, "news": number, "detail": detail}
        added += connection.execute(insert(schema.alert).on_conflict_do_nothing(), row).rowcount
    return added


def alerts(connection: Connection, *, after: int = 0, latest: int | None = None) -> list[Alert]:
    """Return alerts in their order: those after one, or the `latest` ones."""
    known = {watch.id: watch for watch in watches(connection)}
    number, told = _alert.seq.label("number"), _alert.detail.label("told")
    chosen = (
        select(number, _alert.watch, told, schema.news)
        .join(schema.news, _news.seq == _alert.news)
        .where(_alert.seq > after)
    )
    if latest is None:
        rows = connection.execute(chosen.order_by(_alert.seq)).mappings().all()
    else:
        last = chosen.order_by(_alert.seq.desc()).limit(latest)
        rows = connection.execute(last).mappings().all()[::-1]
    return [
        Alert(row["number"], known[row["watch"]], news_item_of(row), row["told"])
        for row in rows
        if row["watch"] in known
    ]


def last_alert_number(connection: Connection) -> int:
    return connection.scalar(select(func.max(_alert.seq))) or 0


def add_channel(connection: Connection, url: str, digest: float) -> None:
    """Record where alerts go, from now on; a channel there is keeps its place."""
    row = {
        "url": url,
        "digest": digest,
        "told": last_alert_number(connection),
        "last": "",
        "failures": 0,
        "next_try": "",
        "problem": "",
    }
    statement = insert(schema.channel)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["url"], set_={"digest": digest}), row
    )


def channels(connection: Connection) -> list[Channel]:
    rows = connection.execute(select(schema.channel).order_by(_channel.id))
    return [_channel_of(row) for row in rows.mappings()]


def remove_channel(connection: Connection, url: str) -> None:
    if not connection.execute(delete(schema.channel).where(_channel.url == url)).rowcount:
        raise UnknownNameError("channel", url)


def save_channel(connection: Connection, channel: Channel) -> Channel:
    """Write how far a channel has come."""
    row: dict[str, Any] = {
        "told": channel.told,
        "last": format_moment(channel.last) if channel.last else "",
        "failures": channel.failures,
        "next_try": format_moment(channel.next_try) if channel.next_try else "",
        "problem": channel.problem[:500],
    }
    connection.execute(update(schema.channel).where(_channel.id == channel.id), row)
    return replace(channel)


def _channel_of(row: RowMapping) -> Channel:
    return Channel(
        **{
            **dict(row),
            "last": parse_moment(row["last"]) if row["last"] else None,
            "next_try": parse_moment(row["next_try"]) if row["next_try"] else None,
        }
    )
