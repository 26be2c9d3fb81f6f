"""What happened to statements and sources, who wants to know, and where it is told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NewsKind(StrEnum):
    """What happened to a statement. News of a source has the kind of its illness, or `well`."""

    NEW = "new"
    EDIT = "edit"
    MISSING = "missing"
    GONE = "gone"
    BACK = "back"
    WELL = "well"  # a source that was not


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """Something that happened, with the captures that show it. "" where there is none."""

    seq: int = 0
    key: str  # the same thing noticed again has the same key
    when: datetime
    kind: str
    source: str
    statement: str = ""
    before: str = ""  # version
    after: str = ""  # version
    capture_before: str = ""
    capture_after: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Something that somebody wants to be told of."""

    id: int = 0
    kind: str  # query, quote or source
    wanted: str
    held_by: str = ""  # of a quote: the statement it is in
    added: datetime
    since: int = 0  # the last news there was


@dataclass(frozen=True, slots=True)
class Alert:
    """News that a watch is to be told."""

    seq: int
    watch: Watch
    news: NewsItem
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where alerts go."""

    id: int
    url: str
    digest: float = 0.0  # hours
    told: int = 0
    last: datetime | None = None
    failures: int = 0
    next_try: datetime | None = None
    problem: str = ""
