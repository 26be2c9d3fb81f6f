"""Events: what was done to an object of the archive, when, by what, with what outcome (PREMIS).

Each kind of event has its own facts. The sentence for people, `Event.detail`, is made of them when
it is asked for.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.models import Problem


class EventKind(StrEnum):
    """The PREMIS event types that are recorded."""

    CAPTURE = "capture"  # a source was visited on the network
    INGESTION = "ingestion"  # a source was read from WARC files
    READING = "reading"  # a capture could not be read, or a field of it is doubtful
    FIXITY_CHECK = "fixity check"
    QUARANTINE = "quarantine"  # a person decided about a capture in quarantine
    DEACCESSION = "deaccession"  # a capture was erased


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCounts:
    """What one visit of a source gave (kinds: capture, ingestion)."""

    statements: int  # new ones
    versions: int  # new ones
    readings: int
    captures: tuple[tuple[str, int], ...]  # (outcome, number)

    def __str__(self) -> str:
        return f"{self.statements} statements, {self.versions} versions, {self.readings} readings"


@dataclass(frozen=True, slots=True)
class FailedReading:
    """A problem with one capture of a source (kind: reading)."""

    source: str
    problem: Problem

    def __str__(self) -> str:
        return str(self.problem)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was checked of an object, and what was found (kind: fixity check)."""

    check: str
    found: str

    def __str__(self) -> str:
        return self.found


@dataclass(frozen=True, slots=True)
class Reason:
    """The words in which a person gave a reason (kinds: quarantine, deaccession)."""

    text: str

    def __str__(self) -> str:
        return self.text


EventFacts = VisitCounts | FailedReading | CheckResult | Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something done to an object: when, by what, with what outcome."""

    when: datetime
    kind: EventKind
    object: str
    agent: str
    outcome: str
    facts: EventFacts

    @property
    def detail(self) -> str:
        """Return the facts as a sentence for people."""
        return str(self.facts)
