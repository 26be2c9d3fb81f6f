"""The search page, and what stands in for hits when there are none."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from archive.catalogue import capture_queries
from archive.catalogue.coverage import by_source
from archive.errors import QueryError
from archive.models import Capture, Role
from index.engine import Engine, Hit, Results
from index.normalise import normalise
from onrecord.web.highlight import Snippet, beginning, snippets
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.render import archive_of, render
from onrecord.web.search_params import PER_PAGE, SearchParams, SearchParamsOf

router = APIRouter(include_in_schema=False)
_SHOWN = 8  # values of a facet
_FACET_SHOWN = ("source", "issuer", "lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A hit, the capture it stands on, and the stretches of its text that are shown."""

    hit: Hit
    capture: Capture
    snippets: list[Snippet]
    more: int

    @property
    def quoted(self) -> str:
        """Return the words that a citation of this hit begins with: the first found."""
        if self.hit.layer != "statement":
            return ""
        start, end = self.hit.passages[0] if self.hit.passages else (0, 160)
        return self.hit.text[start:end]

    @property
    def transcript(self) -> bool:
        return self.capture.role is Role.TRANSCRIPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One year of the histogram; `height` is 1 to 40."""

    year: str
    count: int
    height: int


@router.get("/")
def home(request: Request) -> HTMLResponse:
    with archive_of(request).catalogue() as connection:
        held = by_source.coverage(connection)
    return render(request, "home.html", asked=SearchParams(), held=held)


@router.get("/search")
def search(request: Request, asked: SearchParamsOf) -> HTMLResponse:
    if not asked.q:
        return home(request)
    room = archive_of(request)
    try:
        query = asked.query()
    except QueryError as error:
        return render(request, "query_error.html", 400, asked=asked, error=error)
    results, words = _answer(room, asked, query)
    with room.catalogue() as connection:
        if not results.total:
            return _nothing(request, connection, asked, words)
        names = [hit.version for hit in results.hits]
        captures = capture_queries.captures_of_versions(connection, names)
    hits = [_shown(hit, captures[hit.version]) for hit in results.hits]
    return render(
        request,
        "search.html",
        asked=asked,
        total=results.total,
        hits=hits,
        first=(asked.page - 1) * PER_PAGE + 1,
        pages=-(-results.total // PER_PAGE),
        facets={name: _facet(results, name) for name in _FACET_SHOWN},
        bars=bars(results.facets.get("year", {})),
    )


def _answer(
    room: ReadOnlyArchive, asked: SearchParams, query: Any
) -> tuple[Results, list[tuple[str, int]]]:
    """Return what the engine answers and, where that is nothing, how often each word occurs."""
    with room.engine() as engine:
        results = engine.search(
            query,
            limit=PER_PAGE,
            offset=(asked.page - 1) * PER_PAGE,
            order=asked.order,
            layer=asked.layer,
        )
        return results, [] if results.total else _rarity(engine, asked.q)


def _rarity(engine: Engine, query: str) -> list[tuple[str, int]]:
    words = list(dict.fromkeys(normalise(query).words))[:30]
    return list(zip(words, engine.term_counts(words), strict=True)) if words else []


def _nothing(
    request: Request, connection: Connection, asked: SearchParams, words: list[tuple[str, int]]
) -> HTMLResponse:
    loose = " ".join(normalise(asked.q).words) if '"' in asked.q or "“" in asked.q else ""
    return render(
        request,
        "nothing.html",
        asked=asked,
        held=by_source.coverage(connection),
        words=words,
        loose=asked.address(q=loose) if loose and loose != asked.q else "",
    )


def _shown(hit: Hit, capture: Capture) -> Shown:
    found = snippets(hit.text, hit.passages) or [beginning(hit.text)]
    covered = sum(piece.how == "mark" for each in found for piece in each.pieces)
    return Shown(hit=hit, capture=capture, snippets=found, more=len(hit.passages) - covered)


def _facet(results: Results, name: str) -> list[tuple[str, int]]:
    return list(results.facets.get(name, {}).items())[:_SHOWN]


def bars(years: Any) -> list[Bar]:
    """Return the histogram: every year from the first to the last, those without hits too."""
    counts = {int(year): count for year, count in years.items() if year}
    if not counts:
        return []
    most = max(counts.values())
    low, high = min(counts), max(counts)
    low = max(low, high - 79)
    return [
        Bar(
            year=f"{year:04}",
            count=(count := counts.get(year, 0)),
            height=max(2, round(40 * count / most)) if count else 0,
        )
        for year in range(low, high + 1)
    ]
