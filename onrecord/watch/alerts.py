"""From news to alerts: which watch is to be told what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from archive.catalogue import version_queries
from archive.catalogue.monitoring import alert_queue, capture_arrivals, news_items, watch_list
from archive.errors import QueryError, UnknownNameError
from archive.models import Version
from archive.news import NewsItem, NewsKind, Watch
from index.engine import Document
from index.normalise import words_of
from index.query_parser import parse
from index.query_tree import Node
from onrecord.watch.matcher import Matcher

_PRESENCE = (NewsKind.MISSING, NewsKind.GONE, NewsKind.BACK)


def match_alerts(connection: Connection) -> int:
    """Record the alerts of all news since the last time; return how many there were.

    What is recorded and how far this came are one transaction: a crash repeats and loses nothing.
    """
    at, last = (
        capture_arrivals.cursor(connection, "alerted"),
        news_items.last_news_number(connection),
    )
    watches = _Watches(watch_list.watches(connection))
    added = 0
    while at < last:
        some = news_items.news(connection, after=at, limit=500)
        if watches.any:
            for each in some:
                told = ((w.id, each.seq, detail) for w, detail in watches.told(connection, each))
                added += alert_queue.add_alerts(connection, told)
        at = some[-1].seq
        capture_arrivals.move_cursor(connection, "alerted", at)
        connection.commit()
    return added


@dataclass
class _Watches:
    every: Sequence[Watch]
    known: dict[str, Version] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.any = bool(self.every)
        self.by_id = {watch.id: watch for watch in self.every}
        self.sources: dict[str, list[Watch]] = {}
        self.quotes: dict[str, list[Watch]] = {}
        queries: list[tuple[int, Node]] = []
        for watch in self.every:
            if watch.kind == "source":
                self.sources.setdefault(watch.wanted, []).append(watch)
            elif watch.kind == "quote":
                self.quotes.setdefault(watch.held_by, []).append(watch)
            else:
                try:
                    queries.append((watch.id, parse(watch.wanted).root))
                except QueryError:
                    # It could be read when it was saved: the language has changed since. `watch
                    # list` says so; the other watches are not to suffer.
                    continue
        self.queries = queries
        self.matcher = Matcher(queries)

    def told(self, connection: Connection, each: NewsItem) -> Iterator[tuple[Watch, str]]:
        """Yield who is to be told of some news, and what it is to them."""
        for watch in self.sources.get(each.source, ()):
            if each.seq > watch.since:
                yield watch, each.detail
        if not each.statement:
            return
        for watch in self.quotes.get(each.statement, ()):
            if each.seq > watch.since and (said := self._quote(connection, watch, each)):
                yield watch, said
        if self.queries:
            for number, said in self._query(connection, each):
                if each.seq > self.by_id[number].since:
                    yield self.by_id[number], said

    def _query(self, connection: Connection, each: NewsItem) -> Iterator[tuple[int, str]]:
        if each.kind in _PRESENCE:
            version = self._version(connection, each.before or each.after)
            for number in self._answering(version):
                yield number, each.detail
            return
        now = self._answering(self._version(connection, each.after))
        before = self._answering(self._version(connection, each.before)) if each.before else []
        for number in sorted({*now, *before}):
            if each.kind == NewsKind.NEW:
                yield number, "a new statement"
            elif number not in before:
                yield number, "edited: matches now"
            else:
                yield number, "edited" if number in now else "edited: matches no longer"

    def _answering(self, version: Version | None) -> list[int]:
        return self.matcher.answered_by(document_of(version)) if version else []

    def _quote(self, connection: Connection, watch: Watch, each: NewsItem) -> str:
        if each.kind in _PRESENCE:
            return each.detail
        if each.kind != NewsKind.EDIT:
            return ""
        words = words_of(watch.wanted)
        before = holds(self._version(connection, each.before), words)
        now = holds(self._version(connection, each.after), words)
        if before and not now:
            return "the words are not there any more"
        return "the words are there again" if now and not before else ""

    def _version(self, connection: Connection, name: str) -> Version | None:
        try:
            return version_queries.version(connection, name) if name else None
        except UnknownNameError:
            return None  # erased since


def holds(version: Version | None, words: Sequence[str]) -> bool:
    """Say whether a version has these normalised words one after another, in title or text."""
    if version is None or not words:
        return False
    wanted = f" {' '.join(words)} "
    reading = version.reading
    return any(wanted in f" {' '.join(words_of(part))} " for part in (reading.text, reading.title))


def document_of(version: Version) -> Document:
    """Return a version as the search engine sees it."""
    reading = version.reading
    return Document(
        key=f"{version.id}#statement",
        version=version.id,
        statement=version.statement,
        source=version.source,
        issuer=reading.issuer,
        lang=reading.lang,
        kind=reading.kind,
        issued=reading.issued.value if reading.issued else "",
        title=reading.title,
        text=reading.text,
    )
