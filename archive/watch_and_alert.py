"""Watches, the alerts of news that match them, and the channels that alerts are sent to."""

from dataclasses import dataclass
from datetime import datetime

from archive.news_item import NewsItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search, quotation or source to be alerted about."""

    id: int = 0
    kind: str  # query, quote or source
    wanted: str  # the query, the quotation or the source's name
    held_by: str = ""  # of a quote: id of the statement that contains it
    added: datetime
    since: int = 0  # seq of the last news item when it was added


@dataclass(frozen=True, slots=True)
class Alert:
    """A news item that matches a watch, to be delivered."""

    seq: int
    watch: Watch
    news: NewsItem
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A destination of alerts."""

    id: int
    url: str
    digest: float = 0.0  # hours between digests; 0: each alert at once
    told: int = 0  # seq of the last alert delivered
    last: datetime | None = None
    failures: int = 0
    next_try: datetime | None = None
    problem: str = ""
