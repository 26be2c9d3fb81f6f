"""Match news against watches, and queue an alert for each watch that an item concerns."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from archive.catalogue import version_queries
from archive.catalogue.database import begin_writing
from archive.catalogue.monitoring import alert_queue, capture_arrivals, news_items, watch_list
from archive.errors import QueryError, UnknownNameError
from archive.models import Version
from archive.news_item import NewsItem, NewsKind, PageEdit
from archive.text.number_format import decimal_mark
from archive.watch_and_alert import Watch
from index.queries.check_names import KnownNames, check_names
from index.query_parser import parse
from index.query_tree import Node, Query
from index.quotes.compare.sign_changes import find_printed
from index.version_document import version_document
from onrecord.statements.parse_query import known_names
from onrecord.watch.saved_query_index import Matcher
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

_NO_SOURCES: Mapping[str, Source] = {}
_PRESENCE_KINDS = (NewsKind.MISSING, NewsKind.GONE, NewsKind.BACK)


def match_alerts(connection: Connection, sources: Mapping[str, Source] = _NO_SOURCES) -> int:
    """Record the alerts of all news since the last call; return how many there were.

    `sources` are those by whose titles a watch may name one.
    The alerts and the cursor are written in one transaction: a crash repeats and loses nothing.
    """
    begin_writing(connection)
    cursor = capture_arrivals.cursor(connection, "alerted")
    last_number = news_items.last_news_number(connection)
    watches = _Watches(watch_list.watches(connection), lambda: known_names(connection, sources))
    added = 0
    while cursor < last_number:
        batch = news_items.news(connection, after=cursor, limit=500)
        if not batch:  # the last news were erased
            break
        if watches.has_watches:
            for item in batch:
                alerts = (
                    (w.id, item.seq, detail) for w, detail in watches.alerts_for(connection, item)
                )
                added += alert_queue.add_alerts(connection, alerts)
        capture_arrivals.move_cursor(connection, "alerted", batch[-1].seq)
        connection.commit()
        begin_writing(connection)
        cursor = capture_arrivals.cursor(connection, "alerted")
    connection.commit()
    if added:
        logger.info("%d alerts queued", added)
    return added


@dataclass
class _Watches:
    watches: Sequence[Watch]
    load_names: Callable[[], KnownNames]
    versions: dict[str, Version] = field(default_factory=dict)
    # Of each change of a template: the watch, and the capture of a page on which it was alerted.
    template_alerts: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.has_watches = bool(self.watches)
        self.by_id = {watch.id: watch for watch in self.watches}
        self.sources: dict[str, list[Watch]] = {}
        self.quotes: dict[str, list[Watch]] = {}
        queries: list[tuple[int, Node]] = []
        for watch in self.watches:
            if watch.kind == "source":
                self.sources.setdefault(watch.wanted, []).append(watch)
            elif watch.kind == "quote":
                self.quotes.setdefault(watch.held_by, []).append(watch)
            else:
                try:
                    queries.append((watch.id, self._resolve(parse(watch.wanted)).root))
                except QueryError:
                    # It was valid when it was saved: the query language has changed since. `watch
                    # list` shows that; the other watches are not affected.
                    continue
        self.queries = queries
        self.matcher = Matcher(queries)

    def _resolve(self, query: Query) -> Query:
        """Return a saved query with its names resolved; as it is, where one exists no longer."""
        try:
            return check_names(query, self.load_names)
        except QueryError:
            return query

    def alerts_for(self, connection: Connection, item: NewsItem) -> Iterator[tuple[Watch, str]]:
        """Yield each watch that an item concerns, and the detail of its alert."""
        for watch in self.sources.get(item.source, ()):
            if item.seq > watch.since:
                yield watch, item.detail
        if item.kind == NewsKind.TEMPLATE:
            yield from self._template_alerts_for(connection, item)
        if not item.statement:
            return
        for watch in self.quotes.get(item.statement, ()):
            if (watch.id, item.capture_after) in self.template_alerts:
                continue
            if item.seq > watch.since and (change := self._quote_change(connection, watch, item)):
                yield watch, change
        if self.queries:
            for watch_id, change in self._query_changes(connection, item):
                if item.seq > self.by_id[watch_id].since:
                    yield self.by_id[watch_id], change

    def _template_alerts_for(
        self, connection: Connection, item: NewsItem
    ) -> Iterator[tuple[Watch, str]]:
        """Yield, once each, the watches of words that a template's blocks brought or took away."""
        details: dict[int, str] = {}
        for page in item.pages:
            before, after = (
                self._find_version(connection, name) for name in (page.before, page.after)
            )
            changes = [
                (watch.id, change)
                for watch in self.quotes.get(page.statement, ())
                if (change := _presence_change(before, after, watch.wanted))
                and (not page.is_edited or _is_in_blocks(item, watch.wanted, after))
            ]
            if self.queries:
                changes += self._template_query_changes(item, page, before, after)
            for watch_id, change in changes:
                self.template_alerts.add((watch_id, page.capture_after))
                details.setdefault(watch_id, f"{change}; {item.detail}")
        for watch_id in sorted(details):
            if item.seq > self.by_id[watch_id].since:
                yield self.by_id[watch_id], details[watch_id]

    def _template_query_changes(
        self, item: NewsItem, page: PageEdit, before: Version | None, after: Version | None
    ) -> Iterator[tuple[int, str]]:
        """Yield the queries that match a block, or match the page only with it or without it."""
        matches_before, matches_now = map(self._matching_queries, (before, after))
        in_blocks = self._queries_in_blocks(after or before, item)
        for watch_id in sorted({*matches_before, *matches_now}):
            was_match, is_match = watch_id in matches_before, watch_id in matches_now
            if watch_id in in_blocks or (was_match is not is_match and not page.is_edited):
                yield watch_id, _match_change(was_match, is_match)

    def _queries_in_blocks(self, version: Version | None, item: NewsItem) -> list[int]:
        """Return the queries that the blocks of a template match by themselves."""
        if version is None:
            return []
        text = "\n".join(block.text for block in item.blocks)
        document = replace(version_document(version, text=text), title="")
        return self.matcher.matching_queries(document)

    def _query_changes(self, connection: Connection, item: NewsItem) -> Iterator[tuple[int, str]]:
        if item.kind in _PRESENCE_KINDS:
            version = self._find_version(connection, item.before or item.after)
            for watch_id in self._matching_queries(version):
                yield watch_id, item.detail
            return
        matches_now = self._matching_queries(self._find_version(connection, item.after))
        matches_before = (
            self._matching_queries(self._find_version(connection, item.before))
            if item.before
            else []
        )
        for watch_id in sorted({*matches_now, *matches_before}):
            if item.kind == NewsKind.NEW:
                yield watch_id, "a new statement"
                continue
            is_match, was_match = watch_id in matches_now, watch_id in matches_before
            is_told = (watch_id, item.capture_after) in self.template_alerts
            if is_match is was_match or not is_told:
                yield watch_id, _match_change(was_match, is_match)

    def _matching_queries(self, version: Version | None) -> list[int]:
        return self.matcher.matching_queries(version_document(version)) if version else []

    def _quote_change(self, connection: Connection, watch: Watch, item: NewsItem) -> str:
        if item.kind in _PRESENCE_KINDS:
            return item.detail
        if item.kind != NewsKind.EDIT:
            return ""
        before, after = (self._find_version(connection, name) for name in (item.before, item.after))
        return _presence_change(before, after, watch.wanted)

    def _find_version(self, connection: Connection, version_id: str) -> Version | None:
        try:
            return version_queries.version(connection, version_id) if version_id else None
        except UnknownNameError:
            return None  # erased since


def _match_change(was_match: bool, is_match: bool) -> str:
    """Say what an edit did to a query's match."""
    if was_match:
        return "edited" if is_match else "edited: matches no longer"
    return "edited: matches now"


def _is_in_blocks(item: NewsItem, quote: str, version: Version | None) -> bool:
    """Say whether a block of a template has the words of `quote`."""
    lang = version.reading.lang if version else ""
    return any(contains(block.text, quote, lang) for block in item.blocks)


def _presence_change(before: Version | None, after: Version | None, quote: str) -> str:
    """Say whether the words of `quote` went or came back; "" where neither."""
    was_present, is_present = has_words(before, quote), has_words(after, quote)
    if was_present and not is_present:
        return "the words are no longer there"
    return "the words are there again" if is_present and not was_present else ""


def has_words(version: Version | None, quote: str) -> bool:
    """Say whether a version has the words of `quote` consecutively, in title or text."""
    if version is None:
        return False
    reading = version.reading
    return any(contains(part, quote, reading.lang) for part in (reading.text, reading.title))


def contains(text: str, quote: str, lang: str) -> bool:
    """Say whether `text`, in language `lang`, has the words of `quote`, signs of figures too."""
    return find_printed(text, quote, decimal_mark(lang)) is not None
