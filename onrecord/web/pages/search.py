"""The home page, and the search page with its hits, facets and histogram."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.catalogue.coverage import counts_by_source
from archive.errors import QueryError
from archive.models import Capture, Issued, Role
from index.engine_interface import Engine, EqualStatement, Hit, Results
from index.queries.quotation_hint import verbatim_form
from index.text_to_words import normalise
from onrecord.statements.search_scope import SearchedStatements, searched_statements
from onrecord.web.highlight import Piece, Snippet, mark_spans, opening_snippet, snippets
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.render import archive_of, render
from onrecord.web.search_params import PER_PAGE, FormSearchParams, SearchParams, search_page

router = APIRouter(include_in_schema=False)
_MAX_FACET_VALUES = 8  # shown of each facet
_SHOWN_FACETS = ("source", "issuer", "lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """A hit, the capture it was read from, its snippets, and how many matches they leave out."""

    hit: Hit
    capture: Capture
    snippets: list[Snippet]
    hidden_matches: int
    title_pieces: tuple[Piece, ...]
    equal_statements: list[tuple[EqualStatement, Capture]]  # with the same text
    dates: Mapping[str, Issued | None]  # by version

    @property
    def quote(self) -> str:
        """Return the words to cite: the hit's first match, else its first 160 characters."""
        if self.hit.layer != "statement":
            return ""
        start, end = self.hit.passages[0] if self.hit.passages else (0, 160)
        return self.hit.text[start:end]

    def issued(self, shown: Hit | EqualStatement) -> Issued | str:
        """Return the date of this hit or of an equal statement, which may be a guess."""
        return self.dates.get(shown.version) or shown.issued

    @property
    def is_transcript(self) -> bool:
        return self.capture.role is Role.TRANSCRIPT


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramBar:
    """One year of the histogram; `height` is 1 to 40."""

    year: str
    count: int
    height: int


@router.get("/")
def home(request: Request) -> HTMLResponse:
    with archive_of(request).catalogue() as connection:
        coverage = counts_by_source.coverage(connection)
    return render(request, "home.html", params=SearchParams(), coverage=coverage)


@router.get("/search")
def search(request: Request, params: FormSearchParams) -> HTMLResponse:
    if not params.q:
        return home(request)
    archive = archive_of(request)
    try:
        query = params.query(archive)
    except QueryError as error:
        return render(request, "query_error.html", 400, params=params, error=error)
    results, frequencies = _run_search(archive, params, query)
    with archive.catalogue() as connection:
        if not results.total:
            with archive.engine() as engine:
                searched = searched_statements(connection, engine, query, params.layer)
            return _render_no_results(request, connection, params, frequencies, searched)
        names = [
            name
            for hit in results.hits
            for name in (hit.version, *(other.version for other in hit.also))
        ]
        captures = capture_queries.captures_of_versions(connection, names)
        origins = version_queries.origins_by_id(connection, names)
    dates = {version: origin.issued for version, origin in origins.items()}
    hits = [_shown_hit(hit, captures, dates) for hit in results.hits]
    return render(
        request,
        "search.html",
        params=params,
        total=results.total,
        statement_count=results.statements,
        shown_hits=hits,
        verbatim_address=params.address(q=verbatim) if (verbatim := verbatim_form(query)) else "",
        first_number=(params.page - 1) * PER_PAGE + 1,
        pages=-(-results.total // PER_PAGE),
        facets={name: _top_values(results, name) for name in _SHOWN_FACETS},
        histogram=year_histogram(results.facets.get("year", {})),
    )


def _run_search(
    archive: ReadOnlyArchive, params: SearchParams, query: Any
) -> tuple[Results, list[tuple[str, int]]]:
    """Return the engine's results and, if there are none, the frequency of each query word."""
    with archive.engine() as engine:
        results = search_page(engine, params, query)
        return results, [] if results.total else _word_frequencies(engine, params.q)


def _word_frequencies(engine: Engine, query: str) -> list[tuple[str, int]]:
    distinct_words = list(dict.fromkeys(normalise(query).words))[:30]
    return (
        list(zip(distinct_words, engine.term_counts(distinct_words), strict=True))
        if distinct_words
        else []
    )


def _render_no_results(
    request: Request,
    connection: Connection,
    params: SearchParams,
    frequencies: list[tuple[str, int]],
    searched: SearchedStatements,
) -> HTMLResponse:
    words_only = " ".join(normalise(params.q).words) if '"' in params.q or "“" in params.q else ""
    return render(
        request,
        "no_results.html",
        params=params,
        coverage=counts_by_source.coverage(connection),
        frequencies=frequencies,
        searched=searched,
        words_only_address=params.address(q=words_only)
        if words_only and words_only != params.q
        else "",
    )


def _shown_hit(
    hit: Hit, captures: Mapping[str, Capture], dates: Mapping[str, Issued | None]
) -> ShownHit:
    excerpts = snippets(hit.text, hit.passages) or [opening_snippet(hit.text)]
    marked = sum(piece.element == "mark" for excerpt in excerpts for piece in excerpt.pieces)
    return ShownHit(
        hit=hit,
        capture=captures[hit.version],
        equal_statements=[(other, captures[other.version]) for other in hit.also],
        snippets=excerpts,
        hidden_matches=len(hit.passages) - marked,
        title_pieces=mark_spans(hit.title, hit.title_passages),
        dates=dates,
    )


def _top_values(results: Results, name: str) -> list[tuple[str, int]]:
    return list(results.facets.get(name, {}).items())[:_MAX_FACET_VALUES]


def year_histogram(years: Any) -> list[HistogramBar]:
    """Return a bar for every year from the first to the last, at most the last 80 years."""
    counts = {int(year): count for year, count in years.items() if year}
    if not counts:
        return []
    highest = max(counts.values())
    first_year, last_year = min(counts), max(counts)
    first_year = max(first_year, last_year - 79)
    return [
        HistogramBar(
            year=f"{year:04}",
            count=(count := counts.get(year, 0)),
            height=max(2, round(40 * count / highest)) if count else 0,
        )
        for year in range(first_year, last_year + 1)
    ]
