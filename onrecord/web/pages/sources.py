"""Sources: what is held of each, how fresh it is, what failed, and what is in quarantine."""

from collections import Counter
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive.catalogue import capture_queries, catalogue_facts
from archive.catalogue.coverage import by_source
from archive.errors import UnknownNameError
from archive.models import Outcome
from onrecord.web.render import archive_of, render

router = APIRouter(include_in_schema=False)
_TROUBLE = (Outcome.SUSPECT, Outcome.BLOCKED)
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """How many statements of one month are held; `depth` is 0 to 4."""

    value: str  # 2024-03
    count: int
    depth: int


@router.get("/sources")
def sources(request: Request) -> HTMLResponse:
    room = archive_of(request)
    with room.catalogue() as connection:
        held = by_source.coverage(connection)
        unread = Counter(
            event.facts.get("source", "")
            for event in catalogue_facts.events(connection, kind="reading")
        )
    return render(request, "sources.html", held=held, unread=unread, known=room.sources)


@router.get("/sources/{name}")
def source(request: Request, name: str) -> HTMLResponse:
    room = archive_of(request)
    with room.catalogue() as connection:
        held = {each.source: each for each in by_source.coverage(connection)}
        if name not in held and name not in room.sources:
            raise UnknownNameError("source", name, sorted({*held, *room.sources}))
        issued = by_source.issued_by_month(connection, name)
        days = by_source.captures_by_day(connection, name)
        trouble = capture_queries.captures_with_outcome(connection, name, _TROUBLE)
        unread = [
            e for e in catalogue_facts.events(connection, kind="reading") if _of(e.facts, name)
        ]
    return render(
        request,
        "source.html",
        name=name,
        source=room.sources.get(name),
        held=held.get(name),
        calendar=calendar(issued),
        days=days,
        trouble=trouble,
        unread=unread[-50:],
    )


def _of(facts: dict[str, str], name: str) -> bool:
    return facts.get("source", "") == name


def calendar(issued: dict[str, int]) -> dict[int, list[Month]]:
    """Return every month of every year from the first to the last, by year, the last first."""
    months = {month: count for month, count in issued.items() if len(month) == 7}
    if not months:
        return {}
    most = max(months.values())
    years = range(int(max(months)[:4]), int(min(months)[:4]) - 1, -1)
    return {year: [_month(months, f"{year:04}-{n + 1:02}", most) for n in range(_MONTHS)]
            for year in years}  # fmt: skip


def _month(months: dict[str, int], value: str, most: int) -> Month:
    count = months.get(value, 0)
    return Month(value=value, count=count, depth=-(-4 * count // most))
