"""News in the catalogue: what changed about statements and sources."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.news_item import NewsItem, NewsKind

_news = schema.news.c
_COLUMNS = [column.name for column in schema.news.columns]


def add_news(connection: Connection, items: Iterable[NewsItem]) -> int:
    """Record news, each once by its key; return how many were new."""
    added = 0
    for item in items:
        row = {
            "key": item.key,
            "when": format_moment(item.when),
            "kind": item.kind,
            "source": item.source,
            "statement": item.statement,
            "before": item.before,
            "after": item.after,
            "capture_before": item.capture_before,
            "capture_after": item.capture_after,
            "detail": item.detail,
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
    """Return news in the order it was detected."""
    query = select(schema.news).where(_news.seq > after).order_by(_news.seq).limit(limit)
    if kinds:
        query = query.where(_news.kind.in_(kinds))
    if source:
        query = query.where(_news.source == source)
    if statement:
        query = query.where(_news.statement == statement)
    return [news_item_of(row) for row in connection.execute(query).mappings()]


def last_news_number(connection: Connection) -> int:
    return connection.scalar(select(func.max(_news.seq))) or 0


def absent_statements(connection: Connection) -> list[NewsItem]:
    """Return, for each statement that is missing or gone now, its latest news of that."""
    kinds = (NewsKind.MISSING.value, NewsKind.GONE.value, NewsKind.BACK.value)
    latest = (
        select(func.max(_news.seq))
        .where(_news.kind.in_(kinds), _news.statement != "")
        .group_by(_news.statement)
    )
    query = select(schema.news).where(_news.seq.in_(latest)).order_by(_news.seq)
    items = [news_item_of(row) for row in connection.execute(query).mappings()]
    return [item for item in items if item.kind != NewsKind.BACK]


def latest_source_news(connection: Connection) -> dict[tuple[str, str], NewsItem]:
    """Return the latest news of each source's health, by source and kind."""
    latest = select(func.max(_news.seq)).where(_news.statement == "").group_by(_news.source)
    query = select(schema.news).where(_news.seq.in_(latest))
    items = [news_item_of(row) for row in connection.execute(query).mappings()]
    return {(item.source, item.kind): item for item in items}


def news_item_of(row: RowMapping) -> NewsItem:
    values = {name: row[name] for name in _COLUMNS}
    return NewsItem(**{**values, "when": parse_moment(row["when"])})
