"""Combine the edits of each visit that a template caused, to one news item of the source."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from archive.catalogue import version_queries
from archive.catalogue.monitoring import capture_arrivals, news_items
from archive.catalogue.row_conversion import parse_moment
from archive.models import Outcome, Role
from archive.news_item import NewsItem, NewsKind
from onrecord.changes.template_changes import (
    MIN_PAGES,
    TemplateChanges,
    VersionEdit,
    find_template_changes,
)

_MAX_PAUSE = timedelta(minutes=30)  # between two requests of one visit
BATCH_SIZE = 5000  # captures examined at once
_READ_OUTCOMES = (Outcome.OK.value, Outcome.UNCHANGED.value)

Visit = int  # number of a visit among those of a batch


def whole_visits(rows: Sequence[RowMapping]) -> Sequence[RowMapping]:
    """Return `rows` up to the last pause, if more may follow: a visit is examined as a whole."""
    if len(rows) < BATCH_SIZE:
        return rows
    pauses = [
        number
        for number in range(1, len(rows))
        if abs(_time(rows[number]) - _time(rows[number - 1])) > _MAX_PAUSE
    ]
    return rows[: pauses[-1]] if pauses else rows


def combine_template_news(
    connection: Connection, rows: Sequence[RowMapping], news: Sequence[NewsItem]
) -> Iterator[NewsItem]:
    """Yield the news of captures `rows`, with each template's edits of a visit as one item.

    An edit up to a capture that comes later is left out: it is news when that one is examined.
    """
    visit_of = _number_visits(rows)
    unique: dict[str, NewsItem] = {}
    for item in news:  # of several captures in which a statement is new, the earliest
        if item.key not in unique or item.when < unique[item.key].when:
            unique[item.key] = item
    edits: defaultdict[Visit, list[NewsItem]] = defaultdict(list)
    for item in unique.values():
        if item.kind == NewsKind.EDIT and item.capture_after in visit_of:
            edits[visit_of[item.capture_after]].append(item)
    pages_read = _count_pages_read(rows, visit_of)
    changes = {
        visit: _template_changes(connection, items, pages_read[visit])
        for visit, items in edits.items()
        if len(items) >= MIN_PAGES
    }
    reported: set[Visit] = set()
    last_number = rows[-1]["number"]
    for item in unique.values():
        if item.kind == NewsKind.EDIT:
            visit = visit_of.get(item.capture_after)
            if visit is None:
                if capture_arrivals.arrival(connection, item.capture_after)["number"] > last_number:
                    continue
            elif visit in changes:
                if visit not in reported:
                    yield from changes[visit].events
                    reported.add(visit)
                if item.key in changes[visit].explained:
                    continue
        yield item


def _time(row: RowMapping) -> datetime:
    return parse_moment(row["memento_datetime"] or row["captured"])


def _number_visits(rows: Sequence[RowMapping]) -> dict[str, Visit]:
    """Return the visit of each capture: no long pause, and no page of the source twice."""
    visit_of: dict[str, Visit] = {}
    current: dict[str, Visit] = {}
    last_times: dict[str, datetime] = {}
    urls: defaultdict[str, set[str]] = defaultdict(set)
    count = 0
    for row in rows:
        source, when = row["source"], _time(row)
        is_pause = source not in current or abs(when - last_times[source]) > _MAX_PAUSE
        if is_pause or row["url"] in urls[source]:
            current[source], count = count, count + 1
            urls[source] = set()
        if row["role"] == Role.PAGE.value:  # a listing may be read twice in one visit
            urls[source].add(row["url"])
        last_times[source] = when
        visit_of[row["id"]] = current[source]
    return visit_of


def _count_pages_read(
    rows: Sequence[RowMapping], visit_of: dict[str, Visit]
) -> defaultdict[Visit, int]:
    counts: defaultdict[Visit, int] = defaultdict(int)
    for row in rows:
        if row["role"] == Role.PAGE.value and row["outcome"] in _READ_OUTCOMES:
            counts[visit_of[row["id"]]] += 1
    return counts


def _template_changes(
    connection: Connection, items: Sequence[NewsItem], pages_read: int
) -> TemplateChanges:
    edits = [
        VersionEdit(
            item,
            version_queries.version(connection, item.before),
            version_queries.version(connection, item.after),
        )
        for item in items
    ]
    changes = find_template_changes(edits, pages_read)
    if news_items.known_keys(connection, changes.explained):
        return TemplateChanges()  # news already, of each page, by a program before this one
    return changes
