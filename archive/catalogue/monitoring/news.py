"""The catalogue's news, watches, alerts and channels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.rows import moment, stamp
from archive.errors import UnknownNameError
from archive.models import Role
from archive.news import Alert, Channel, NewsItem, NewsKind, Watch

_news, _watch, _alert, _channel = schema.news.c, schema.watch.c, schema.alert.c, schema.channel.c
_NEWS = [column.name for column in schema.news.columns]


def cursor(connection: Connection, what: str) -> int:
    """Return how far a pass over captures ("noticed") or news ("alerted") has come."""
    chosen = select(schema.fact.c.value).where(schema.fact.c.name == what)
    return int(connection.scalar(chosen) or 0)


def move_cursor(connection: Connection, what: str, number: int) -> None:
    row = {"name": what, "value": str(number)}
    connection.execute(insert(schema.fact).prefix_with("OR REPLACE"), row)


def last_arrival(connection: Connection) -> int:
    """Return the number of the capture that was recorded last."""
    return int(connection.scalar(text("SELECT max(rowid) FROM capture")) or 0)


_ARRIVAL = (
    "SELECT rowid AS number, id, url, captured, memento_datetime, outcome, role, source"
    " FROM capture"
)


def arrivals(connection: Connection, after: int, limit: int = 1000) -> Sequence[RowMapping]:
    """Return captures in the order they were recorded: number, id, url, captured, outcome, …"""
    chosen = text(f"{_ARRIVAL} WHERE rowid > :after ORDER BY rowid LIMIT :limit")
    return connection.execute(chosen, {"after": after, "limit": limit}).mappings().all()


def arrival(connection: Connection, name: str) -> RowMapping:
    """Return one capture as `arrivals` does; UnknownNameError where there is none."""
    row = (
        connection.execute(text(f"{_ARRIVAL} WHERE id = :name"), {"name": name}).mappings().first()
    )
    if row is None:
        raise UnknownNameError("capture", name)
    return row


_HELD_BY = text(
    "SELECT version.id AS version, version.statement, version.capture,"
    " (SELECT count(*) FROM version AS o WHERE o.statement = version.statement) AS versions"
    " FROM sighting JOIN version ON version.id = sighting.version WHERE sighting.capture = :capture"
)


def versions_in_capture(connection: Connection, capture: str) -> Sequence[RowMapping]:
    """Return the versions that a capture holds, and how many versions their statements have."""
    return connection.execute(_HELD_BY, {"capture": capture}).mappings().all()


_BESIDE = (
    "SELECT capture, captured FROM (SELECT version.id AS version, ({pick}) AS captured"
    " FROM version WHERE version.statement = :statement) AS beside"
    " JOIN sighting USING (version, captured) WHERE captured IS NOT NULL AND capture <> :capture"
    " ORDER BY captured {way}, capture {way} LIMIT 1"
)
_PICK = (
    "SELECT {most}(captured) FROM sighting WHERE sighting.version = version.id"
    " AND captured {than} :when"
)
_BEFORE = text(_BESIDE.format(pick=_PICK.format(most="max", than="<"), way="DESC"))
_AFTER = text(_BESIDE.format(pick=_PICK.format(most="min", than=">"), way="ASC"))


def neighbour_capture(
    connection: Connection, statement: str, capture: str, when: str, *, later: bool
) -> str | None:
    """Return the next capture that held `statement`, later or earlier; None where there is none.

    Looks at one sighting a version, however often each was seen.
    """
    wanted = {"statement": statement, "capture": capture, "when": when}
    found: str | None = connection.scalar(_AFTER if later else _BEFORE, wanted)
    return found


def versions_in(connection: Connection, statement: str, capture: str) -> list[str]:
    """Return the versions of `statement` that a capture holds."""
    rows = connection.scalars(
        text(
            "SELECT version.id FROM version JOIN sighting ON sighting.version = version.id"
            " AND sighting.capture = :capture WHERE version.statement = :statement ORDER BY seq"
        ),
        {"statement": statement, "capture": capture},
    )
    return list(rows)


def statements_at(connection: Connection, url: str) -> list[tuple[str, str, str]]:
    """Return what the captures of an address held: (statement, newest version there, last seen)."""
    rows = connection.execute(
        text(
            "SELECT version.statement, version.id, max(version.last_seen) FROM capture"
            " JOIN sighting ON sighting.capture = capture.id"
            " JOIN version ON version.id = sighting.version"
            " WHERE capture.url = :url AND capture.role = 'page' GROUP BY version.statement"
        ),
        {"url": url},
    )
    return [(statement, version, seen) for statement, version, seen in rows]


def ever_absent(connection: Connection, url: str) -> bool:
    """Say whether an address ever answered that it has nothing, or led elsewhere."""
    capture = schema.capture.c
    chosen = select(capture.id).where(capture.url == url, capture.outcome.in_(("gone", "redirect")))
    return connection.scalar(chosen.limit(1)) is not None


def last_seen(connection: Connection, statement: str) -> datetime | None:
    """Return when any version of a statement was last seen, at whatever address."""
    chosen = select(func.max(schema.version.c.last_seen))
    seen = connection.scalar(chosen.where(schema.version.c.statement == statement))
    return moment(seen) if seen else None


def redirects_to(connection: Connection, source: str, note: str) -> int:
    """Return how many addresses of a source lead to one place."""
    capture = schema.capture.c
    chosen = select(func.count(capture.url.distinct())).where(
        capture.source == source, capture.outcome == "redirect", capture.note == note
    )
    return connection.scalar(chosen) or 0


def good_answers(
    connection: Connection, source: str, first: datetime, last: datetime, good: Sequence[str]
) -> int:
    """Return how many captures of a source between two moments had one of the outcomes `good`."""
    capture = schema.capture.c
    chosen = select(func.count()).where(
        capture.source == source,
        capture.outcome.in_(good),
        capture.captured.between(stamp(first), stamp(last)),
    )
    return connection.execute(chosen).scalar_one()


def latest_answers(
    connection: Connection, source: str, first: datetime, last: datetime
) -> dict[str, int]:
    """Return what a source's pages answered when last asked between two moments.

    By outcome, how many addresses.
    """
    capture = schema.capture.c
    newest = func.row_number().over(partition_by=capture.url, order_by=capture.captured.desc())
    asked = (
        select(capture.outcome, newest.label("age"))
        .where(
            capture.source == source,
            capture.role == Role.PAGE.value,
            capture.captured.between(stamp(first), stamp(last)),
        )
        .subquery()
    )
    chosen = select(asked.c.outcome, func.count()).where(asked.c.age == 1)
    rows = connection.execute(chosen.group_by("outcome"))
    return {outcome: count for outcome, count in rows}  # noqa: C416  # a dict() of rows is untyped


def add_news(connection: Connection, found: Iterable[NewsItem]) -> int:
    """Record news, each once by its key; return how many were new."""
    added = 0
    for each in found:
        row = {
            "key": each.key,
            "when": stamp(each.when),
            "kind": each.kind,
            "source": each.source,
            "statement": each.statement,
            "before": each.before,
            "after": each.after,
            "capture_before": each.capture_before,
            "capture_after": each.capture_after,
            "detail": each.detail,
        }
        added += connection.execute(insert(schema.news).on_conflict_do_nothing(), row).rowcount
    return added


def news(
    connection: Connection,
    *,
    after: int = 0,
    kinds: Sequence[str] = (),
    source: str = "",
    statement: str = "",
    limit: int | None = None,
) -> list[NewsItem]:
    """Return news in the order it was noticed."""
    chosen = select(schema.news).where(_news.seq > after).order_by(_news.seq).limit(limit)
    if kinds:
        chosen = chosen.where(_news.kind.in_(kinds))
    if source:
        chosen = chosen.where(_news.source == source)
    if statement:
        chosen = chosen.where(_news.statement == statement)
    return [_news_of(row) for row in connection.execute(chosen).mappings()]


def last_news(connection: Connection) -> int:
    return connection.scalar(select(func.max(_news.seq))) or 0


def absent_statements(connection: Connection) -> list[NewsItem]:
    """Return, of each statement that is missing or gone now, the news that said so last."""
    kinds = (NewsKind.MISSING.value, NewsKind.GONE.value, NewsKind.BACK.value)
    latest = (
        select(func.max(_news.seq))
        .where(_news.kind.in_(kinds), _news.statement != "")
        .group_by(_news.statement)
    )
    chosen = select(schema.news).where(_news.seq.in_(latest)).order_by(_news.seq)
    found = [_news_of(row) for row in connection.execute(chosen).mappings()]
    return [each for each in found if each.kind != NewsKind.BACK]


def failing_sources(connection: Connection) -> dict[tuple[str, str], NewsItem]:
    """Return, by source and kind, the latest news of sources: how each is unwell, or well again."""
    latest = select(func.max(_news.seq)).where(_news.statement == "").group_by(_news.source)
    chosen = select(schema.news).where(_news.seq.in_(latest))
    found = [_news_of(row) for row in connection.execute(chosen).mappings()]
    return {(each.source, each.kind): each for each in found}


def add_watch(connection: Connection, watch: Watch) -> Watch:
    """Record a watch, once; return it with its number."""
    row = {
        "kind": watch.kind,
        "wanted": watch.wanted,
        "held_by": watch.held_by,
        "added": stamp(watch.added),
        "since": last_news(connection),
    }
    connection.execute(insert(schema.watch).on_conflict_do_nothing(), row)
    chosen = select(schema.watch).where(
        _watch.kind == watch.kind,
        _watch.wanted == watch.wanted,
        _watch.held_by == watch.held_by,
    )
    return _watch_of(connection.execute(chosen).mappings().one())


def watches(connection: Connection) -> list[Watch]:
    rows = connection.execute(select(schema.watch).order_by(_watch.id))
    return [_watch_of(row) for row in rows.mappings()]


def remove_watch(connection: Connection, number: int) -> None:
    """Forget a watch and its alerts; UnknownNameError where there is none of that number."""
    if not connection.execute(delete(schema.watch).where(_watch.id == number)).rowcount:
        raise UnknownNameError("watch", str(number), [str(each.id) for each in watches(connection)])
    connection.execute(delete(schema.alert).where(_alert.watch == number))


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
        Alert(row["number"], known[row["watch"]], _news_of(row), row["told"])
        for row in rows
        if row["watch"] in known
    ]


def last_alert(connection: Connection) -> int:
    return connection.scalar(select(func.max(_alert.seq))) or 0


def add_channel(connection: Connection, url: str, digest: float) -> None:
    """Record where alerts go, from now on; a channel there is keeps its place."""
    row = {
        "url": url,
        "digest": digest,
        "told": last_alert(connection),
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
        "last": stamp(channel.last) if channel.last else "",
        "failures": channel.failures,
        "next_try": stamp(channel.next_try) if channel.next_try else "",
        "problem": channel.problem[:500],
    }
    connection.execute(update(schema.channel).where(_channel.id == channel.id), row)
    return replace(channel)


def newest_text(connection: Connection, statement: str) -> Iterator[str]:
    """Yield the id of the version of a statement that was last seen."""
    yield from connection.scalars(
        select(schema.version.c.id)
        .where(schema.version.c.statement == statement)
        .order_by(schema.version.c.last_seen.desc(), schema.version.c.seq.desc())
        .limit(1)
    )


def _news_of(row: RowMapping) -> NewsItem:
    said = {name: row[name] for name in _NEWS}
    return NewsItem(**{**said, "when": moment(row["when"])})


def _watch_of(row: RowMapping) -> Watch:
    return Watch(**{**dict(row), "added": moment(row["added"])})


def _channel_of(row: RowMapping) -> Channel:
    return Channel(
        **{
            **dict(row),
            "last": moment(row["last"]) if row["last"] else None,
            "next_try": moment(row["next_try"]) if row["next_try"] else None,
        }
    )
