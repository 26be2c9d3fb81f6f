"""News in the catalogue: what happened to statements and sources."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.rows import format_moment, parse_moment
from archive.news import NewsItem, NewsKind

_news = schema.news.c
_COLUMNS = [column.name for column in schema.news.columns]


def add_news(connection: Connection, found: Iterable[NewsItem]) -> int:
    """Record news, each once by its key; return how many were new."""
    added = 0
    for each in found:
        row = {
            "key": each.key,
            "when": format_moment(each.when),
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
    return [news_item_of(row) for row in connection.execute(chosen).mappings()]


def last_news_number(connection: Connection) -> int:
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
    found = [news_item_of(row) for row in connection.execute(chosen).mappings()]
    return [each for each in found if each.kind != NewsKind.BACK]


def latest_source_news(connection: Connection) -> dict[tuple[str, str], NewsItem]:
    """Return, by source and kind, the latest news of sources: how each is unwell, or well again."""
    latest = select(func.max(_news.seq)).where(_news.statement == "").group_by(_news.source)
    chosen = select(schema.news).where(_news.seq.in_(latest))
    found = [news_item_of(row) for row in connection.execute(chosen).mappings()]
    return {(each.source, each.kind): each for each in found}


def news_item_of(row: RowMapping) -> NewsItem:
    said = {name: row[name] for name in _COLUMNS}
    return NewsItem(**{**said, "when": parse_moment(row["when"])})
