"""News in the catalogue: what changed about statements and sources."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, text
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.numbering.arrival_numbers import NEXT, Series, last_number, use_number
from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.catalogue.version_queries import in_chunks
from archive.news_item import BlockChange, NewsItem, NewsKind, PageEdit
from archive.vouching import row_kinds
from archive.vouching.pending_rows import vouch

_news = schema.news.c
_PAGE_COLUMNS = tuple(field.name for field in fields(PageEdit))
_COLUMNS = [column.name for column in schema.news.columns]


def add_news(connection: Connection, items: Iterable[NewsItem]) -> int:
    """Record news, each once by its key; return how many were new."""
    added = 0
    for item in items:
        row: dict[str, Any] = {
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
        number = connection.execute(_ADD_NEWS, row).scalar()
        if number is None:
            continue
        added += 1
        use_number(connection, Series.NEWS)
        parts = _add_template(connection, number, item) if item.pages else ((), ())
        row["seq"] = number
        vouch(connection, row_kinds.news_rows(row, row_kinds.news_fields(row, *parts)))
    return added


_ADD_NEWS = (
    insert(schema.news)
    .values(seq=text(NEXT.format(series=Series.NEWS)))
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(_news.seq)
)


def _add_template(
    connection: Connection, seq: int, item: NewsItem
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Record the blocks and pages of the news item number `seq`; return their rows."""
    blocks = [{"news": seq, "position": n, **asdict(part)} for n, part in enumerate(item.blocks)]
    pages = [{"news": seq, "position": n, **asdict(part)} for n, part in enumerate(item.pages)]
    for table, rows in ((schema.news_block, blocks), (schema.news_page, pages)):
        connection.execute(insert(table), rows)
    return blocks, [{**page, "is_edited": int(page["is_edited"])} for page in pages]


def known_keys(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Return those of `keys` that recorded news have."""
    known: set[str] = set()
    for chunk in in_chunks(keys):
        known.update(connection.scalars(select(_news.key).where(_news.key.in_(chunk))))
    return known


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
    return news_items_of(connection, connection.execute(query).mappings().all())


def last_news_number(connection: Connection) -> int:
    """Return the number of the last news item that there was."""
    return last_number(connection, Series.NEWS)


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
    latest = (
        select(func.max(_news.seq))
        .where(_news.statement == "", _news.kind != NewsKind.TEMPLATE.value)
        .group_by(_news.source)
    )
    query = select(schema.news).where(_news.seq.in_(latest))
    items = [news_item_of(row) for row in connection.execute(query).mappings()]
    return {(item.source, item.kind): item for item in items}


def news_items_of(connection: Connection, rows: Sequence[RowMapping]) -> list[NewsItem]:
    """Return the news items of rows of the table, each with its blocks and pages."""
    return [
        replace(item, blocks=_blocks(connection, item.seq), pages=_pages(connection, item.seq))
        if item.kind == NewsKind.TEMPLATE
        else item
        for item in map(news_item_of, rows)
    ]


def _blocks(connection: Connection, seq: int) -> tuple[BlockChange, ...]:
    block = schema.news_block.c
    query = select(block.op, block.text).where(block.news == seq).order_by(block.position)
    return tuple(BlockChange(op, text) for op, text in connection.execute(query))


def _pages(connection: Connection, seq: int) -> tuple[PageEdit, ...]:
    page = schema.news_page.c
    query = select(*(page[name] for name in _PAGE_COLUMNS)).where(page.news == seq)
    rows = connection.execute(query.order_by(page.position)).mappings()
    return tuple(PageEdit(**{**row, "is_edited": bool(row["is_edited"])}) for row in rows)


def news_item_of(row: RowMapping) -> NewsItem:
    values = {name: row[name] for name in _COLUMNS}
    return NewsItem(**{**values, "when": parse_moment(row["when"])})
