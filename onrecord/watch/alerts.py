"""Match news against watches, and queue an alert for each watch that an item concerns."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from archive.catalogue import version_queries
from archive.catalogue.monitoring import alert_queue, capture_arrivals, news_items, watch_list
from archive.errors import QueryError, UnknownNameError
from archive.models import Version
from archive.news_item import NewsItem, NewsKind
from archive.text.number_format import decimal_mark
from archive.watch_and_alert import Watch
from index.queries.check_names import KnownNames, check_names
from index.query_parser import parse
from index.query_tree import Node, Query
from index.text_to_words import words_of
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
    cursor = capture_arrivals.cursor(connection, "alerted")
    last_number = news_items.last_news_number(connection)
    watches = _Watches(watch_list.watches(connection), lambda: known_names(connection, sources))
    added = 0
    while cursor < last_number:
        batch = news_items.news(connection, after=cursor, limit=500)
        if watches.has_watches:
            for item in batch:
                alerts = (
                    (w.id, item.seq, detail) for w, detail in watches.alerts_for(connection, item)
                )
                added += alert_queue.add_alerts(connection, alerts)
        cursor = batch[-1].seq
        capture_arrivals.move_cursor(connection, "alerted", cursor)
        connection.commit()
    if added:
        logger.info("%d alerts queued", added)
    return added


@dataclass
class _Watches:
    watches: Sequence[Watch]
    load_names: Callable[[], KnownNames]
    versions: dict[str, Version] = field(default_factory=dict)

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
        if not item.statement:
            return
        for watch in self.quotes.get(item.statement, ()):
            if item.seq > watch.since and (change := self._quote_change(connection, watch, item)):
                yield watch, change
        if self.queries:
            for watch_id, change in self._query_changes(connection, item):
                if item.seq > self.by_id[watch_id].since:
                    yield self.by_id[watch_id], change

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
            elif watch_id not in matches_before:
                yield watch_id, "edited: matches now"
            else:
                yield watch_id, "edited" if watch_id in matches_now else "edited: matches no longer"

    def _matching_queries(self, version: Version | None) -> list[int]:
        return self.matcher.matching_queries(version_document(version)) if version else []

    def _quote_change(self, connection: Connection, watch: Watch, item: NewsItem) -> str:
        if item.kind in _PRESENCE_KINDS:
            return item.detail
        if item.kind != NewsKind.EDIT:
            return ""
        was_present = has_words(self._find_version(connection, item.before), watch.wanted)
        is_present = has_words(self._find_version(connection, item.after), watch.wanted)
        if was_present and not is_present:
            return "the words are no longer there"
        return "the words are there again" if is_present and not was_present else ""

    def _find_version(self, connection: Connection, version_id: str) -> Version | None:
        try:
            return version_queries.version(connection, version_id) if version_id else None
        except UnknownNameError:
            return None  # erased since


def has_words(version: Version | None, quote: str) -> bool:
    """Say whether a version has the words of `quote` consecutively, in title or text."""
    if version is None:
        return False
    reading = version.reading
    return any(contains(part, quote, reading.lang) for part in (reading.text, reading.title))


def contains(text: str, quote: str, lang: str) -> bool:
    """Say whether `text`, in language `lang`, has the words of `quote`, signs of figures too."""
    decimal = decimal_mark(lang)
    words = words_of(quote, decimal)
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(words_of(text, decimal))} "
