"""News items: what happened to a statement or to a source, and the captures that show it."""

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
    TEMPLATE = "template"  # the same block came or went on many pages of a source at once
    WELL = "well"  # a source is healthy again


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block that came ("insert") or went ("delete") with the template of a source's pages."""

    op: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEdit:
    """A page on which a template changed: its statement, version ids and captures."""

    statement: str
    before: str
    after: str
    capture_before: str
    capture_after: str
    is_edited: bool  # besides: another news item has what else changed


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
    blocks: tuple[BlockChange, ...] = ()  # of kind template
    pages: tuple[PageEdit, ...] = ()  # of kind template
