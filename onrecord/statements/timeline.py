"""Build a timeline of statements: issued, seen, changed, gone, each with its capture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.json_objects import format_utc
from archive.models import Capture, Outcome, Version, date_precision
from archive.statement_links import LinkKind, StatementLink
from archive.text.diff import ChangeKind, diff_texts
from onrecord.statements.choose_versions import comparable_text


class MomentKind(StrEnum):
    """What happened to a statement at a moment."""

    ISSUED = "issued"
    FIRST_SEEN = "first-seen"
    CHANGED = "changed"
    GONE = "gone"
    BACK = "back"
    LINKED = "linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened to one statement."""

    when: str  # ISO 8601, cut to its precision
    what: MomentKind
    version: Version
    printed: str = ""  # the date as printed, of a statement that was issued
    is_guess: bool = False  # `when` was inferred or guessed, not printed
    changes: tuple[ChangeKind, ...] = ()  # of a change: its kinds, each once
    status: int | None = None  # the HTTP status by which a page was gone
    link: LinkKind | None = None  # the relation to `other`
    other: Version | None = None  # the statement it was linked to
    before: Version | None = None  # the version that was changed
    capture: str = ""  # the capture that shows it

    @property
    def detail(self) -> str:
        """Return the printed date, the kinds of changes, the status or the relation, for people."""
        if self.changes:
            return ", ".join(self.changes)
        return self.printed or self.link or str(self.status or "")


def build_timeline(
    connection: Connection, names: Sequence[str], links: Sequence[StatementLink]
) -> list[Moment]:
    """Return every moment of the statements with ids `names`, the earliest first."""
    moments: list[Moment] = []
    for name in names:
        versions = version_queries.versions(connection, name)
        moments += _version_moments(
            versions, capture_queries.captures_at(connection, versions[0].reading.url)
        )
        for link in links:
            if link.subject == name:
                moments += _linked_moments(connection, versions[-1], link)
    return sorted(moments, key=lambda moment: (moment.when, moment.what != MomentKind.ISSUED))


def _version_moments(versions: list[Version], captures: list[Capture]) -> Iterator[Moment]:
    first = versions[0]
    if issued := first.reading.issued:
        yield Moment(
            when=issued.value,
            what=MomentKind.ISSUED,
            version=first,
            printed=issued.printed,
            is_guess=issued.is_guess,
        )
    yield Moment(
        when=format_utc(first.first_seen),
        what=MomentKind.FIRST_SEEN,
        version=first,
        capture=first.capture,
    )
    for before, after in pairwise(versions):
        edits = diff_texts(comparable_text(before), comparable_text(after), after.reading.lang)
        kinds = dict.fromkeys(kind for edit in edits for kind in edit.kinds)
        yield Moment(
            when=format_utc(after.first_seen),
            what=MomentKind.CHANGED,
            version=after,
            before=before,
            changes=tuple(kinds),
            capture=after.capture,
        )
    yield from _availability_moments(versions[-1], captures)


def _availability_moments(version: Version, captures: list[Capture]) -> Iterator[Moment]:
    """Yield when the page was gone and when it was back; block pages and errors are neither."""
    is_gone = False
    for capture in captures:
        if capture.outcome is Outcome.GONE and not is_gone:
            is_gone = True
            yield Moment(
                when=format_utc(capture.captured),
                what=MomentKind.GONE,
                version=version,
                status=capture.status,
                capture=capture.id,
            )
        elif capture.outcome in (Outcome.OK, Outcome.UNCHANGED) and is_gone:
            is_gone = False
            yield Moment(
                when=format_utc(capture.captured),
                what=MomentKind.BACK,
                version=version,
                capture=capture.id,
            )


def _linked_moments(
    connection: Connection, version: Version, link: StatementLink
) -> Iterator[Moment]:
    issued = version.reading.issued
    yield Moment(
        when=issued.value if issued else format_utc(version.first_seen),
        is_guess=bool(issued and issued.is_guess),
        what=MomentKind.LINKED,
        version=version,
        other=version_queries.version(connection, link.object),
        link=link.kind,
    )


def moment_json(moment: Moment) -> dict[str, Any]:
    reading = moment.version.reading
    return {
        "when": moment.when,
        "precision": date_precision(moment.when),
        "guess": moment.is_guess,
        "what": moment.what.value,
        "statement": moment.version.statement,
        "version": moment.version.id,
        "issuer": reading.issuer,
        "title": reading.title,
        "url": reading.url,
        "detail": moment.detail,
        "other": moment.other.statement if moment.other else "",
        "capture": moment.capture,
    }
