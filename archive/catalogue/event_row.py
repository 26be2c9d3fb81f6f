"""Convert between rows of the table of events and the values of archive.event."""

import json
from collections.abc import Mapping
from typing import Any, assert_never

from archive.catalogue.row_conversion import format_moment, parse_moment
from archive.event import (
    CheckResult,
    Event,
    EventFacts,
    EventKind,
    FailedReading,
    Reason,
    VisitCounts,
)
from archive.models import Problem, ProblemKind


def event_row(event: Event) -> dict[str, Any]:
    detail, facts = _encode_facts(event.facts)
    return {
        "when": format_moment(event.when),
        "kind": event.kind.value,
        "object": event.object,
        "agent": event.agent,
        "outcome": event.outcome,
        "detail": detail,
        "facts": json.dumps(facts, ensure_ascii=False, separators=(",", ":")),
    }


def event_of(row: Mapping[Any, Any]) -> Event:
    kind = EventKind(row["kind"])
    return Event(
        when=parse_moment(row["when"]),
        kind=kind,
        object=row["object"],
        agent=row["agent"],
        outcome=row["outcome"],
        facts=_decode_facts(kind, row["detail"], json.loads(row["facts"])),
    )


def _encode_facts(facts: EventFacts) -> tuple[str, dict[str, Any]]:
    """Return a text that was written by a person or a check, "" where there is none, and the rest.

    The keys are those of the column `facts` (docs/formats.md).
    """
    match facts:
        case VisitCounts():
            counts = {name: getattr(facts, name) for name in ("statements", "versions", "readings")}
            return "", {**counts, "captures": dict(facts.captures)}
        case FailedReading(source, problem):
            return "", {
                "source": source,
                "url": problem.url,
                "field": problem.field,
                "problem": problem.kind.value,
                "expected": problem.expected,
                "found": problem.found,
            }
        case CheckResult(check, found):
            return found, {"check": check}
        case Reason(text):
            return text, {}
    assert_never(facts)


def _decode_facts(kind: EventKind, detail: str, facts: dict[str, Any]) -> EventFacts:
    match kind:
        case EventKind.CAPTURE | EventKind.INGESTION:
            return VisitCounts(
                statements=facts["statements"],
                versions=facts["versions"],
                readings=facts["readings"],
                captures=tuple(facts["captures"].items()),
            )
        case EventKind.READING:
            return FailedReading(facts["source"], problem_of(facts))
        case EventKind.FIXITY_CHECK:
            return CheckResult(facts["check"], detail)
        case EventKind.QUARANTINE | EventKind.DEACCESSION:
            return Reason(detail)
    assert_never(kind)


def problem_of(facts: Mapping[str, str]) -> Problem:
    """Return the problem that the facts of a reading's event tell of."""
    return Problem(
        url=facts["url"],
        field=facts["field"],
        kind=ProblemKind(facts["problem"]),
        expected=facts["expected"],
        found=facts["found"],
    )
