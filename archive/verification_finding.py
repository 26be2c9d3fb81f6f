"""Findings of a check: one line about one object, with a grade."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from archive.event import CheckResult, Event, EventKind


class Grade(IntEnum):
    """Severity of a finding; the worst one is the result of the whole check."""

    OK = 0
    NOTED = 1  # worth knowing; nothing is broken
    FAILED = 2

    @property
    def word(self) -> str:
        return ("pass", "note", "fail")[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check of one object."""

    object: str  # file, record, entry, checkpoint or token, named so that a person can find it
    check: str  # what was checked, in one or two words
    grade: Grade
    detail: str = ""

    def event(self, when: datetime, agent: str) -> Event:
        """Return this finding as a PREMIS event (type: fixity check) at `when`, by `agent`."""
        return Event(
            when=when,
            kind=EventKind.FIXITY_CHECK,
            object=self.object,
            agent=agent,
            outcome=self.grade.word,
            facts=CheckResult(self.check, self.detail),
        )


def ok_finding(name: str, check: str, detail: str = "") -> Finding:
    return Finding(object=name, check=check, grade=Grade.OK, detail=detail)


def noted_finding(name: str, check: str, detail: str) -> Finding:
    return Finding(object=name, check=check, grade=Grade.NOTED, detail=detail)


def failed_finding(name: str, check: str, detail: str) -> Finding:
    return Finding(object=name, check=check, grade=Grade.FAILED, detail=detail)


def worst_grade(findings: Iterable[Finding]) -> Grade:
    """Return the worst grade of all findings; OK if there are none."""
    return max((finding.grade for finding in findings), default=Grade.OK)
