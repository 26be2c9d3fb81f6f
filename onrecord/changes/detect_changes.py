"""From captures to news: what is new, what was edited, what is missing, gone or back.

Captures are looked at once each, in the order in which the catalogue got them, and what is found is
recorded in the transaction that says how far this came: a crash repeats nothing and skips nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from archive.catalogue import capture_queries
from archive.catalogue.monitoring import capture_arrivals, news_items, presence_queries
from archive.catalogue.rows import moment
from archive.models import Capture, Outcome, Role
from archive.news import NewsItem, NewsKind
from onrecord.changes.takedowns import PageAnswer, PageAttempt, Presence, judge_presence
from scrapers.source_format.source import Source

_GOOD = (Outcome.OK.value, Outcome.UNCHANGED.value)
_ABSENT = (Outcome.GONE.value, Outcome.REDIRECT.value)
_ABOUT = timedelta(hours=12)  # how long before and after a try the site is asked to be well
_LATELY = timedelta(days=7)  # how long before a try other pages' answers say how the site is
_FOLLOWED = timedelta(minutes=10)  # the target of a redirect was captured within
_HOPS = 10
_MANY = 3  # pages absent at once, from which on the site is suspected and not the pages


def detect_changes(connection: Connection, sources: Mapping[str, Source]) -> int:
    """Record the news of every capture since the last time; return how many there were."""
    found = 0
    at = capture_arrivals.cursor(connection, "noticed")
    well = _Wellness(connection)
    while arrived := capture_arrivals.arrivals(connection, at):
        for row in arrived:
            source = sources.get(row["source"])
            found += news_items.add_news(connection, _news_of(connection, row, source, well))
        at = arrived[-1]["number"]
        capture_arrivals.move_cursor(connection, "noticed", at)
        connection.commit()
    return found


def detect_changes_of(connection: Connection, sources: Mapping[str, Source], capture: str) -> None:
    """Record the news of a capture that was looked at before, and is read only now."""
    row = capture_arrivals.arrival(connection, capture)
    found = _news_of(connection, row, sources.get(row["source"]), _Wellness(connection))
    news_items.add_news(connection, found)


def _news_of(
    connection: Connection, row: RowMapping, source: Source | None, well: "_Wellness"
) -> Iterator[NewsItem]:
    if row["outcome"] in _GOOD:
        yield from _words_of(connection, row)
    if row["role"] == Role.PAGE.value and source and row["outcome"] in (*_ABSENT, *_GOOD):
        yield from _presence_of(connection, row, source, well)


def _words_of(connection: Connection, row: RowMapping) -> Iterator[NewsItem]:
    """Yield the statements that are new in a capture, and those that say other words than before.

    Words that come back after an edit are an edit again.
    """
    seen: set[str] = set()
    when = row["memento_datetime"] or row["captured"]
    for held in presence_queries.versions_in_capture(connection, row["id"]):
        statement = held["statement"]
        if statement in seen:
            continue
        seen.add(statement)
        if held["versions"] > 1:
            earlier = presence_queries.neighbour_capture(
                connection, statement, row["id"], when, later=False
            )
            later = presence_queries.neighbour_capture(
                connection, statement, row["id"], when, later=True
            )
            if earlier:
                yield from _edits(connection, row["source"], statement, earlier, row["id"])
            if later:
                yield from _edits(connection, row["source"], statement, row["id"], later)
        if held["capture"] == row["id"]:
            yield NewsItem(
                key=f"new:{statement}",
                when=moment(when),
                kind=NewsKind.NEW,
                source=row["source"],
                statement=statement,
                after=held["version"],
                capture_after=row["id"],
            )


def _edits(
    connection: Connection, source: str, statement: str, earlier: str, later: str
) -> Iterator[NewsItem]:
    """Yield the change of words between two captures that hold a statement, if there is one."""
    before = presence_queries.versions_in(connection, statement, earlier)
    after = presence_queries.versions_in(connection, statement, later)
    for version in (each for each in after if each not in before):
        yield NewsItem(
            key=f"edit:{version}:{later}",
            when=capture_queries.capture(connection, later).seen,
            kind=NewsKind.EDIT,
            source=source,
            statement=statement,
            before=before[-1],
            after=version,
            capture_before=earlier,
            capture_after=later,
        )


def _presence_of(
    connection: Connection, row: RowMapping, source: Source, well: "_Wellness"
) -> Iterator[NewsItem]:
    """Yield what the captures of an address say about the presence of what it held."""
    if not presence_queries.ever_absent(connection, row["url"]):
        return
    captures = capture_queries.captures_of(connection, row["url"])
    upto = [each for each in captures if each.captured <= moment(row["captured"])]
    judged = judge_presence(_tries(connection, upto, source, well))
    if not judged.first_absent:
        return
    if judged.presence is Presence.THERE and judged.returned != row["id"]:
        return
    since = judged.since or moment(row["captured"])
    for statement, version, _ in presence_queries.statements_at(connection, row["url"]):
        seen = presence_queries.last_seen(connection, statement)
        if judged.presence is not Presence.THERE and seen is not None and seen >= since:
            continue  # it was seen at another address since
        back = judged.presence is Presence.THERE
        kind = NewsKind.BACK if back else NewsKind(judged.presence.value)
        absent = judged.last_absent if judged.presence is Presence.GONE else judged.first_absent
        yield NewsItem(
            key=f"{kind}:{statement}:{judged.first_absent}",
            when=moment(row["captured"]),
            kind=kind,
            source=source.name,
            statement=statement,
            before=version,
            after=version if back else "",
            capture_before=judged.last_absent if back else judged.last_held,
            capture_after=judged.returned if back else absent,
            detail=_said(kind, since, judged.tries, judged.was, row["url"]),
        )


def _said(kind: NewsKind, since: datetime, tries: int, was: Presence, url: str) -> str:
    if kind is NewsKind.BACK:
        return f"{url}: there again; it was {was}"
    return f"{url}: {kind} since {since:%Y-%m-%d %H:%M}Z, {tries} good tries"


def _tries(
    connection: Connection, captures: list[Capture], source: Source, well: "_Wellness"
) -> Iterator[PageAttempt]:
    for capture in captures:
        answer = _answer(connection, capture, source)
        site_well = answer is not PageAnswer.ABSENT or well(source.name, capture.captured)
        yield PageAttempt(
            capture=capture.id, when=capture.captured, answer=answer, site_well=site_well
        )


def _answer(connection: Connection, capture: Capture, source: Source) -> PageAnswer:
    if capture.outcome.value in _GOOD:
        return PageAnswer.HELD
    if capture.outcome is Outcome.GONE:
        return PageAnswer.ABSENT
    if capture.outcome is Outcome.REDIRECT:
        return _led_to(connection, capture, source)
    return PageAnswer.NOTHING


def _led_to(connection: Connection, capture: Capture, source: Source) -> PageAnswer:
    """Return what a redirect says: absent where it ends at nothing, or at a page for everything."""
    hop: Capture = capture
    for _ in range(_HOPS):
        target = hop.note.removeprefix("to ")
        if is_generic(target, source) or (
            not source.is_statement_url(target)
            and presence_queries.redirects_to(connection, source.name, hop.note) >= _MANY
        ):
            return PageAnswer.ABSENT
        latest = capture.captured + _FOLLOWED
        found = [
            each
            for each in capture_queries.captures_of(connection, target)
            if capture.captured <= each.captured <= latest
        ]
        if not found:
            return PageAnswer.NOTHING
        hop = found[0]
        if hop.outcome is Outcome.GONE:
            return PageAnswer.ABSENT
        if hop.outcome.value in _GOOD:
            return (
                PageAnswer.HELD
                if presence_queries.versions_in_capture(connection, hop.id)
                else PageAnswer.NOTHING
            )
        if hop.outcome is not Outcome.REDIRECT:
            return PageAnswer.NOTHING
    return PageAnswer.NOTHING


def is_generic(url: str, source: Source) -> bool:
    """Say whether an address is the source's home page or one of its listings: no statement's."""
    plain = {_plain(source.homepage), *(_plain(u) for each in source.listings for u in each.urls)}
    path = url.partition("://")[2].partition("/")[2]
    return not path.strip("/") or _plain(url) in plain


def _plain(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/").lower()


class _Wellness:
    """Says whether a site was well at about some time, remembering what it was asked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, source: str, when: datetime) -> bool:
        key = (source, f"{when:%Y-%m-%dT%H}")
        if key not in self._known:
            about = when - _ABOUT, when + _ABOUT
            good = presence_queries.good_answers(self._connection, source, *about, _GOOD)
            pages = presence_queries.latest_answers(
                self._connection, source, when - _LATELY, about[1]
            )
            self._known[key] = bool(good) and not changed_at_once(pages)
        return self._known[key]


def changed_at_once(pages: Mapping[str, int]) -> bool:
    """Say whether the site changed and not its pages: many are absent, and more than are there.

    `pages` has how many addresses there are by the outcome that each had when last asked.
    """
    there = sum(pages.get(outcome, 0) for outcome in _GOOD)
    absent = sum(pages.get(outcome, 0) for outcome in _ABSENT)
    return absent >= _MANY and absent > there
