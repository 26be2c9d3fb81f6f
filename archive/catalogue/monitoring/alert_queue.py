"""Alerts in the catalogue, and the channels through which they are delivered."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, text, update
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.monitoring.news_items import news_items_of
from archive.catalogue.monitoring.watch_list import watches
from archive.catalogue.numbering.arrival_numbers import NEXT, Series, last_number, use_number
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.errors import UnknownNameError
from archive.watch_and_alert import Alert, Channel

_alert = schema.alert.c
_news = schema.news.c
_channel = schema.channel.c


def add_alerts(connection: Connection, new: Iterable[tuple[int, int, str]]) -> int:
    """Record alerts, (watch, news, detail), each once; return how many were new."""
    added = 0
    for watch, number, detail in new:
        row = {"watch": watch, "news": number, "detail": detail}
        if connection.execute(_ADD_ALERT, row).rowcount:
            use_number(connection, Series.ALERT)
            added += 1
    return added


_ADD_ALERT = (
    insert(schema.alert)
    .values(seq=text(NEXT.format(series=Series.ALERT)))
    .on_conflict_do_nothing(index_elements=["watch", "news"])
)


def alerts(connection: Connection, *, after: int = 0, latest: int | None = None) -> list[Alert]:
    """Return alerts in order: those after number `after`, or only the last `latest`."""
    watches_by_id = {watch.id: watch for watch in watches(connection)}
    number, detail = _alert.seq.label("number"), _alert.detail.label("alert_detail")
    query = (
        select(number, _alert.watch, detail, schema.news)
        .join(schema.news, _news.seq == _alert.news)
        .where(_alert.seq > after)
    )
    if latest is None:
        rows = connection.execute(query.order_by(_alert.seq)).mappings().all()
    else:
        last_query = query.order_by(_alert.seq.desc()).limit(latest)
        rows = connection.execute(last_query).mappings().all()[::-1]
    return [
        Alert(row["number"], watches_by_id[row["watch"]], item, row["alert_detail"])
        for row, item in zip(rows, news_items_of(connection, rows), strict=True)
        if row["watch"] in watches_by_id
    ]


def last_alert_number(connection: Connection) -> int:
    """Return the number of the last alert that there was."""
    return last_number(connection, Series.ALERT)


def add_channel(connection: Connection, url: str, digest: float) -> None:
    """Record a channel for new alerts; one that exists keeps its position, with the new digest."""
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
    """Store a channel's progress: last delivered alert, failures, next try."""
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
