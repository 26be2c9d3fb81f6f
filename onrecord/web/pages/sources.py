"""The pages of sources: what is held of each, its last capture, failures and quarantine."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive.catalogue import capture_queries, event_queries
from archive.catalogue.coverage import counts_by_source
from archive.errors import UnknownNameError
from archive.models import Outcome
from onrecord.web.render import archive_of, render

router = APIRouter(include_in_schema=False)
_PROBLEM_OUTCOMES = (Outcome.SUSPECT, Outcome.BLOCKED)
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The number of statements held of one month; `level` is 0 to 4, its share of the maximum."""

    value: str  # 2024-03
    count: int
    level: int


@router.get("/sources")
def sources(request: Request) -> HTMLResponse:
    archive = archive_of(request)
    with archive.catalogue() as connection:
        coverage = counts_by_source.coverage(connection)
        reading_failures = event_queries.count_failed_readings(connection)
    return render(
        request,
        "sources.html",
        coverage=coverage,
        failure_counts=reading_failures,
        sources=archive.sources,
    )


@router.get("/sources/{name}")
def source(request: Request, name: str) -> HTMLResponse:
    archive = archive_of(request)
    with archive.catalogue() as connection:
        coverage = {item.source: item for item in counts_by_source.coverage(connection)}
        if name not in coverage and name not in archive.sources:
            raise UnknownNameError("source", name, sorted({*coverage, *archive.sources}))
        issued = counts_by_source.issued_by_month(connection, name)
        days = counts_by_source.captures_by_day(connection, name)
        problem_captures = capture_queries.captures_with_outcome(
            connection, name, _PROBLEM_OUTCOMES
        )
        reading_failures = [
            (when, failure)
            for when, failure in event_queries.failed_readings(connection)
            if failure.source == name
        ]
    return render(
        request,
        "source.html",
        name=name,
        source=archive.sources.get(name),
        coverage=coverage.get(name),
        calendar=calendar(issued),
        days=days,
        problem_captures=problem_captures,
        reading_failures=reading_failures[-50:],
    )


def calendar(issued: dict[str, int]) -> dict[int, list[Month]]:
    """Return the months of every year from the last year to the first, by year."""
    months = {month: count for month, count in issued.items() if len(month) == 7}
    if not months:
        return {}
    highest = max(months.values())
    years = range(int(max(months)[:4]), int(min(months)[:4]) - 1, -1)
    return {year: [_month(months, f"{year:04}-{n + 1:02}", highest) for n in range(_MONTHS)]
            for year in years}  # fmt: skip


def _month(months: dict[str, int], value: str, highest: int) -> Month:
    count = months.get(value, 0)
    return Month(value=value, count=count, level=-(-4 * count // highest))
