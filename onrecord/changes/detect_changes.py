"""Detect changes between captures: statements that are new, edited, missing, gone or back.

Each capture is examined once, in the order of arrival in the catalogue. The news and the cursor are
written in one transaction, so that a crash repeats nothing and skips nothing.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from archive.catalogue import capture_queries
from archive.catalogue.database import begin_writing
from archive.catalogue.monitoring import capture_arrivals, news_items, presence_queries
from archive.catalogue.row_conversion import parse_moment
from archive.models import Capture, Outcome, Role
from archive.news_item import NewsItem, NewsKind
from archive.urls.web_address import is_web_address
from onrecord.changes.combine_template_news import BATCH_SIZE, combine_template_news, whole_visits
from onrecord.changes.takedowns import PageAnswer, PageAttempt, Presence, judge_presence
from scrapers.source_format.source import Source

logger = logging.getLogger(__name__)

_GOOD_OUTCOMES = (Outcome.OK.value, Outcome.UNCHANGED.value)
_ABSENT_OUTCOMES = (Outcome.GONE.value, Outcome.REDIRECT.value)
_SITE_CHECK_WINDOW = timedelta(
    hours=12
)  # before and after an attempt: the site must have answered well
_RECENT_PERIOD = timedelta(
    days=7
)  # before an attempt: answers of other pages show the site's health
_MAX_REDIRECT_DELAY = timedelta(minutes=10)  # from a redirect to its target's capture
_MAX_REDIRECTS = 10
_MASS_ABSENCE_PAGES = 3  # absent at once: the site changed, not its pages


def detect_changes(connection: Connection, sources: Mapping[str, Source]) -> int:
    """Record the news of every capture since the last call; return the number of news items."""
    count = 0
    begin_writing(connection)
    cursor = capture_arrivals.cursor(connection, "noticed")
    site_health = _SiteHealth(connection)
    while rows := whole_visits(capture_arrivals.arrivals(connection, cursor, BATCH_SIZE)):
        news = [
            item
            for row in rows
            for item in _capture_news(connection, row, sources.get(row["source"]), site_health)
        ]
        count += news_items.add_news(connection, combine_template_news(connection, rows, news))
        capture_arrivals.move_cursor(connection, "noticed", rows[-1]["number"])
        connection.commit()
        begin_writing(connection)
        cursor = capture_arrivals.cursor(connection, "noticed")
    connection.commit()
    if count:
        logger.info("%d news items recorded", count)
    return count


def detect_changes_of(
    connection: Connection, sources: Mapping[str, Source], capture_id: str
) -> None:
    """Record the news of one capture that was examined before, but is read only now."""
    row = capture_arrivals.arrival(connection, capture_id)
    news = _capture_news(connection, row, sources.get(row["source"]), _SiteHealth(connection))
    news_items.add_news(connection, news)


def _capture_news(
    connection: Connection, row: RowMapping, source: Source | None, site_health: "_SiteHealth"
) -> Iterator[NewsItem]:
    if row["outcome"] in _GOOD_OUTCOMES:
        yield from _text_news(connection, row)
    if (
        row["role"] == Role.PAGE.value
        and source
        and row["outcome"] in (*_ABSENT_OUTCOMES, *_GOOD_OUTCOMES)
    ):
        yield from _presence_news(connection, row, source, site_health)


def _text_news(connection: Connection, row: RowMapping) -> Iterator[NewsItem]:
    """Yield the statements that are new in a capture, and those whose text was edited.

    A text that returns after an edit is another edit.
    """
    seen: set[str] = set()
    when = row["memento_datetime"] or row["captured"]
    for version in presence_queries.versions_in_capture(connection, row["id"]):
        statement = version["statement"]
        if statement in seen:
            continue
        seen.add(statement)
        if version["versions"] > 1:
            earlier = presence_queries.neighbour_capture(
                connection, statement, row["id"], when, later=False
            )
            later = presence_queries.neighbour_capture(
                connection, statement, row["id"], when, later=True
            )
            if earlier:
                yield from _edit_news(connection, row["source"], statement, earlier, row["id"])
            if later:
                yield from _edit_news(connection, row["source"], statement, row["id"], later)
        if version["capture"] == row["id"]:
            yield NewsItem(
                key=f"new:{statement}",
                when=parse_moment(when),
                kind=NewsKind.NEW,
                source=row["source"],
                statement=statement,
                after=version["version"],
                capture_after=row["id"],
            )


def _edit_news(
    connection: Connection, source: str, statement: str, earlier: str, later: str
) -> Iterator[NewsItem]:
    """Yield the edit of a statement between two captures of it, if its text differs."""
    before = presence_queries.statement_versions_in_capture(connection, statement, earlier)
    after = presence_queries.statement_versions_in_capture(connection, statement, later)
    for version in [name for name in after if name not in before]:
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


def _presence_news(
    connection: Connection, row: RowMapping, source: Source, site_health: "_SiteHealth"
) -> Iterator[NewsItem]:
    """Yield what the captures of an address say about the presence of its statements."""
    if not presence_queries.was_ever_absent(connection, row["url"]):
        return
    captures = capture_queries.captures_at(connection, row["url"])
    earlier = [capture for capture in captures if capture.captured <= parse_moment(row["captured"])]
    judgement = judge_presence(_page_attempts(connection, earlier, source, site_health))
    if not judgement.first_absent:
        return
    if judgement.presence is Presence.PRESENT and judgement.returned != row["id"]:
        return
    since = judgement.since or parse_moment(row["captured"])
    for statement, version, _ in presence_queries.statements_seen_at(connection, row["url"]):
        seen = presence_queries.last_seen(connection, statement)
        if judgement.presence is not Presence.PRESENT and seen is not None and seen >= since:
            continue  # seen since at another address
        is_back = judgement.presence is Presence.PRESENT
        kind = NewsKind.BACK if is_back else NewsKind(judgement.presence.value)
        absent_capture = (
            judgement.last_absent if judgement.presence is Presence.GONE else judgement.first_absent
        )
        yield NewsItem(
            key=f"{kind}:{statement}:{judgement.first_absent}",
            when=parse_moment(row["captured"]),
            kind=kind,
            source=source.name,
            statement=statement,
            before=version,
            after=version if is_back else "",
            capture_before=judgement.last_absent if is_back else judgement.last_present,
            capture_after=judgement.returned if is_back else absent_capture,
            detail=_presence_detail(
                kind, since, judgement.attempts, judgement.previous, row["url"]
            ),
        )


def _presence_detail(
    kind: NewsKind, since: datetime, attempts: int, previous: Presence, url: str
) -> str:
    if kind is NewsKind.BACK:
        return f"{url}: present again; it was {previous}"
    return f"{url}: {kind} since {since:%Y-%m-%d %H:%M}Z, {attempts} valid attempts"


def _page_attempts(
    connection: Connection, captures: list[Capture], source: Source, site_health: "_SiteHealth"
) -> Iterator[PageAttempt]:
    for capture in captures:
        answer = _classify_capture(connection, capture, source)
        is_site_healthy = answer is not PageAnswer.ABSENT or site_health(
            source.name, capture.captured
        )
        yield PageAttempt(
            capture=capture.id,
            when=capture.captured,
            answer=answer,
            is_site_healthy=is_site_healthy,
        )


def _classify_capture(connection: Connection, capture: Capture, source: Source) -> PageAnswer:
    if capture.outcome.value in _GOOD_OUTCOMES:
        return PageAnswer.PRESENT
    if capture.outcome is Outcome.GONE:
        return PageAnswer.ABSENT
    if capture.outcome is Outcome.REDIRECT:
        return _classify_redirect(connection, capture, source)
    return PageAnswer.UNKNOWN


def _classify_redirect(connection: Connection, capture: Capture, source: Source) -> PageAnswer:
    """Return what a redirect says: absent if it leads to a gone page or to a generic one."""
    hop: Capture = capture
    for _ in range(_MAX_REDIRECTS):
        target = hop.location
        if not is_web_address(target):
            return PageAnswer.UNKNOWN  # the site is wrong about itself
        if is_generic_page(target, source) or (
            not source.is_statement_url(target)
            and presence_queries.count_redirects_to(connection, source.name, target)
            >= _MASS_ABSENCE_PAGES
        ):
            return PageAnswer.ABSENT
        latest = capture.captured + _MAX_REDIRECT_DELAY
        followed = [
            candidate
            for candidate in capture_queries.captures_at(connection, target)
            if capture.captured <= candidate.captured <= latest
        ]
        if not followed:
            return PageAnswer.UNKNOWN
        hop = followed[0]
        if hop.outcome is Outcome.GONE:
            return PageAnswer.ABSENT
        if hop.outcome.value in _GOOD_OUTCOMES:
            return (
                PageAnswer.PRESENT
                if presence_queries.versions_in_capture(connection, hop.id)
                else PageAnswer.UNKNOWN
            )
        if hop.outcome is not Outcome.REDIRECT:
            return PageAnswer.UNKNOWN
    return PageAnswer.UNKNOWN


def is_generic_page(url: str, source: Source) -> bool:
    """Say whether an address is the source's home page or one of its listings."""
    generic_urls = {
        _normalise_url(source.homepage),
        *(
            _normalise_url(listing_url)
            for listing in source.listings
            for listing_url in listing.urls
        ),
    }
    path = url.partition("://")[2].partition("/")[2]
    return not path.strip("/") or _normalise_url(url) in generic_urls


def _normalise_url(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/").lower()


class _SiteHealth:
    """Says whether a site was healthy around a time; answers are cached by source and hour."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._health_by_hour: dict[tuple[str, str], bool] = {}

    def __call__(self, source: str, when: datetime) -> bool:
        key = (source, f"{when:%Y-%m-%dT%H}")
        if key not in self._health_by_hour:
            window = when - _SITE_CHECK_WINDOW, when + _SITE_CHECK_WINDOW
            good = presence_queries.count_captures_with_outcomes(
                self._connection, source, *window, _GOOD_OUTCOMES
            )
            page_counts = presence_queries.count_latest_page_outcomes(
                self._connection, source, when - _RECENT_PERIOD, window[1]
            )
            self._health_by_hour[key] = bool(good) and not is_site_change(page_counts)
        return self._health_by_hour[key]


def is_site_change(page_counts: Mapping[str, int]) -> bool:
    """Say whether the site changed, not its pages: many are absent, more than are present.

    `page_counts` has the number of addresses by the outcome of each one's latest capture.
    """
    present = sum(page_counts.get(outcome, 0) for outcome in _GOOD_OUTCOMES)
    absent = sum(page_counts.get(outcome, 0) for outcome in _ABSENT_OUTCOMES)
    return absent >= _MASS_ABSENCE_PAGES and absent > present
