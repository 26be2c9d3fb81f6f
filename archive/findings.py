"""What a check found: one line about one object, and how bad it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from archive.models import Event


class Grade(IntEnum):
    """How bad a finding is; the worst one is the answer of a whole check."""

    OK = 0
    NOTED = 1  # a person should know; nothing is broken
    FAILED = 2

    @property
    def word(self) -> str:
        return ("pass", "note", "fail")[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says of one object."""

    object: str  # file, record, entry, checkpoint or token, as a person can find it
    check: str  # what was checked, in a word or two
    grade: Grade
    detail: str = ""

    def event(self, when: datetime, agent: str) -> Event:
        """Return this as a PREMIS event (type: fixity check) at `when`, done by `agent`."""
        return Event(
            when=when,
            kind="fixity check",
            object=self.object,
            agent=agent,
            outcome=self.grade.word,
            detail=self.detail,
            facts={"check": self.check},
        )


def ok_finding(name: str, check: str, detail: str = "") -> Finding:
    return Finding(object=name, check=check, grade=Grade.OK, detail=detail)


def noted_finding(name: str, check: str, detail: str) -> Finding:
    return Finding(object=name, check=check, grade=Grade.NOTED, detail=detail)


def failed_finding(name: str, check: str, detail: str) -> Finding:
    # Errors name their object too: once is enough.
    said = detail.removeprefix(f"{name}: ")
    return Finding(object=name, check=check, grade=Grade.FAILED, detail=said)


def worst_grade(findings: Iterable[Finding]) -> Grade:
    """Return the worst grade of them all; OK where there are none."""
    return max((finding.grade for finding in findings), default=Grade.OK)
