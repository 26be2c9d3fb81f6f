"""Record the pages that listings name, and look up when each page was captured."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.sqlite import insert

from archive.catalogue import schema
from archive.catalogue.row_conversion import format_moment, parse_moment, parse_optional_moment
from archive.models import Outcome
from archive.run_records import PageChecks
from archive.urls.web_address import spellings

_listed = schema.listed.c


def record_listed_pages(
    connection: Connection, source: str, pages: Iterable[tuple[str, str]], when: datetime
) -> None:
    """Record that a listing names pages, each as (URL, day of issue or "")."""
    seen = format_moment(when)
    rows = [
        {"source": source, "url": url, "issued": issued[:10], "first": seen, "last": seen}
        for url, issued in pages
    ]
    if not rows:
        return
    insertion = insert(schema.listed)
    upsert = insertion.on_conflict_do_update(
        index_elements=["source", "url"],
        set_={
            "first": func.min(_listed.first, insertion.excluded.first),
            "last": func.max(_listed.last, insertion.excluded.last),
            "issued": insertion.excluded.issued,
        },
    )
    connection.execute(upsert, rows)


_PAGE_CHECKS = text(
    "SELECT url, EXISTS (SELECT 1 FROM listed WHERE listed.source = :source"
    "   AND listed.url = tried.url) AS listed, min(CASE WHEN good THEN captured END) AS first_good,"
    " max(CASE WHEN good THEN captured END) AS last_good, max(captured) AS last_try,"
    " sum(NOT good AND captured > coalesce(since, '')) AS tries_since"
    " FROM (SELECT url, captured, outcome IN ('ok', 'unchanged') AS good,"
    "   max(CASE WHEN outcome IN ('ok', 'unchanged') THEN captured END)"
    "     OVER (PARTITION BY url) AS since"
    "   FROM capture WHERE source = :source AND role = 'page' AND outcome <> 'not-held')"
    " AS tried GROUP BY url"
)
_NEVER_CAPTURED = text(
    "SELECT url FROM listed WHERE source = :source AND NOT EXISTS (SELECT 1 FROM capture"
    " WHERE capture.url = listed.url AND role = 'page')"
)


def page_checks(connection: Connection, url: str) -> PageChecks:
    """Return when one page was captured, and how often in vain since."""
    capture = schema.capture.c
    rows = connection.execute(
        select(capture.captured, capture.outcome)
        .where(capture.url.in_(spellings(url)), capture.outcome != Outcome.NOT_HELD.value)
        .order_by(capture.captured)
    ).all()
    good = [when for when, outcome in rows if outcome in (Outcome.OK, Outcome.UNCHANGED)]
    return PageChecks(
        first_good=parse_moment(good[0]) if good else None,
        last_good=parse_moment(good[-1]) if good else None,
        last_try=parse_moment(rows[-1][0]) if rows else None,
        tries_since=sum(1 for when, _ in rows if not good or when > good[-1]),
    )


def checks_by_page(connection: Connection, source: str) -> Iterator[tuple[str, bool, PageChecks]]:
    """Yield every page of a source, whether a listing ever named it, and its checks.

    Those never captured come first.
    """
    for url in connection.scalars(_NEVER_CAPTURED, {"source": source}).all():
        yield url, True, PageChecks()
    for row in connection.execute(_PAGE_CHECKS, {"source": source}).mappings().all():
        yield (
            row["url"],
            bool(row["listed"]),
            PageChecks(
                first_good=parse_optional_moment(row["first_good"]),
                last_good=parse_optional_moment(row["last_good"]),
                last_try=parse_optional_moment(row["last_try"]),
                tries_since=row["tries_since"],
            ),
        )


def count_pages_never_captured(connection: Connection) -> dict[str, int]:
    """Return, by source, how many listed pages have no good capture and no redirect."""
    rows = connection.execute(
        text(
            "SELECT source, count(*) FROM listed WHERE NOT EXISTS (SELECT 1 FROM capture"
            " WHERE capture.url = listed.url AND outcome IN ('ok', 'unchanged', 'redirect'))"
            " AND EXISTS (SELECT 1 FROM capture WHERE capture.source = listed.source"
            " AND role = 'page') GROUP BY source"
        )
    )
    return {row[0]: row[1] for row in rows}
