"""News about statements and sources, the watches it matches, and the channels for alerts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NewsKind(StrEnum):
    """What happened to a statement. News of a source has the kind of its problem, or `well`."""

    NEW = "new"
    EDIT = "edit"
    MISSING = "missing"
    GONE = "gone"
    BACK = "back"
    WELL = "well"  # a source is healthy again


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """One event in the news, with the captures that show it. Fields are "" if not applicable."""

    seq: int = 0
    key: str  # the same event detected again has the same key
    when: datetime
    kind: str
    source: str
    statement: str = ""
    before: str = ""  # version id
    after: str = ""  # version id
    capture_before: str = ""
    capture_after: str = ""
    detail: str = ""


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
