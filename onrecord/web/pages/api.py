"""The JSON API under /api/v1/: the same objects as the command line's `--json`."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel

from archive.catalogue import (
    capture_queries,
    event_queries,
    rereading_table,
    version_queries,
)
from archive.catalogue.coverage import counts_by_source
from archive.catalogue.vouched.require_vouched import require_vouched
from archive.citations import STYLES
from archive.json_objects import (
    capture_json,
    change_json,
    notice_json,
    rereading_json,
    version_json,
)
from archive.statement_links import link_json
from archive.text.diff import diff_texts
from onrecord.monitor.coverage_json import coverage_json
from onrecord.statements.choose_versions import comparable_text, comparison_facts, version_pairs
from onrecord.statements.cite_statement import citation_data, find_passage, require_cited
from onrecord.statements.find_byte_spans import byte_spans_json, find_byte_spans
from onrecord.statements.run_search import hits_json
from onrecord.statements.search_scope import searched_statements
from onrecord.statements.timeline import moment_json
from onrecord.web.cdx_lines import cdx_fields, cdxj_line
from onrecord.web.pages.timeline import StatementIds, load_timeline
from onrecord.web.render import archive_of
from onrecord.web.search_params import (
    PER_PAGE,
    OptionalSearchParams,
    RequiredSearchParams,
    search_page,
)

JsonObject = dict[str, Any]
Name = Annotated[str, Path(max_length=300, description="a statement's id, or a version's")]
_MAX_CDX_LINES = 10_000


class Problem(BaseModel):
    """An error: its class, and a message."""

    error: str
    problem: str


class SearchResults(BaseModel):
    """A page of hits; docs/json.md describes a hit."""

    total: int  # hits
    statements: int  # more than hits where several have one text
    page: int
    per_page: int
    hits: list[JsonObject]
    facets: dict[str, dict[str, int]]
    searched: JsonObject  # what was searched, if there is no hit; else {}


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem} for code in (400, 404, 413, 422, 500, 503)
}
router = APIRouter(prefix="/api/v1", responses=_PROBLEMS)


@router.get("/search")
def search(request: Request, params: RequiredSearchParams) -> SearchResults:
    """Find statements; `q` is in the query language of docs/query-language.md."""
    archive = archive_of(request)
    query = params.query(archive)
    with archive.engine() as engine:
        results = search_page(engine, params, query)
    searched: JsonObject = {}
    with archive.catalogue() as connection:
        hits = hits_json(connection, results.hits, archive.memento_base)
        if not results.total:
            with archive.engine() as engine:
                searched = searched_statements(connection, engine, query, params.layer).to_json()
    facets = {name: dict(values) for name, values in results.facets.items()}
    return SearchResults(
        total=results.total,
        statements=results.statements,
        page=params.page,
        per_page=PER_PAGE,
        hits=hits,
        facets=facets,
        searched=searched,
    )


@router.get("/statements/{name}")
def statement(request: Request, name: Name) -> JsonObject:
    """Return the newest version of a statement, or the version named, with its provenance."""
    archive = archive_of(request)
    with archive.catalogue() as connection:
        version = version_queries.version(connection, name)
        require_vouched(connection, archive.context.home, version.id, is_shown=True)
        capture = capture_queries.capture(connection, version.capture)
        formerly = rereading_table.rereadings_into(connection, version.id)
        notices = version_queries.notices(connection, version.id)
    return version_json(version) | {
        "notices": [notice_json(notice) for notice in notices],
        "provenance": capture_json(capture, archive.memento_base),
        "formerly": [rereading_json(rereading) for rereading in formerly],
    }


@router.get("/statements/{name}/versions")
def versions(request: Request, name: Name) -> list[JsonObject]:
    """Return every version in the order in which they were first seen."""
    with archive_of(request).catalogue() as connection:
        all_versions = version_queries.versions(connection, name.partition("@")[0])
        sighting_counts = [len(capture_queries.sightings(connection, v.id)) for v in all_versions]
    return [
        version_json(version) | {"captures": count}
        for version, count in zip(all_versions, sighting_counts, strict=True)
    ]


@router.get("/statements/{name}/diff")
def diff(
    request: Request,
    name: Name,
    a: Annotated[str | None, Query(max_length=200)] = None,
    b: Annotated[str | None, Query(max_length=200)] = None,
) -> list[JsonObject]:
    """Return how a statement changed from version `a` to `b`, or at every step."""
    with archive_of(request).catalogue() as connection:
        versions_found = version_queries.versions(connection, name.partition("@")[0])
        a, b = (
            rereading_table.current_name(connection, name.partition("@")[0], part) if part else None
            for part in (a, b)
        )
        pairs = version_pairs(versions_found, a, b)
        capture_ids = {version.capture for pair in pairs for version in pair}
        captures = capture_queries.captures_by_id(connection, sorted(capture_ids))
    return [
        comparison_facts(
            before, after, [captures[v.capture].payload_sha256 for v in (before, after)]
        )
        | {
            "changes": [
                change_json(edit)
                for edit in diff_texts(
                    comparable_text(before), comparable_text(after), after.reading.lang
                )
            ]
        }
        for before, after in pairs
    ]


@router.get("/statements/{name}/citation")
def citation(
    request: Request,
    name: Name,
    quote: Annotated[str, Query(max_length=5000)] = "",
    style: Annotated[str, Query(max_length=40)] = "plain",
) -> JsonObject:
    """Return a citation of the archived copy, of the version that has the quoted words."""
    archive = archive_of(request)
    format_citation = STYLES.load(style)
    with archive.catalogue() as connection:
        passage = find_passage(connection, name, quote.strip())
        require_cited(connection, archive.context.home, passage)
        facts = citation_data(connection, passage, archive.memento_base)
    return {"style": style, "version": passage.version.id, "citation": format_citation(facts)}


@router.get("/statements/{name}/places")
def places(
    request: Request, name: Name, quote: Annotated[str, Query(max_length=5000)] = ""
) -> JsonObject:
    """Return the byte range in its capture of each block of a statement, or of the quote."""
    archive = archive_of(request)
    with archive.catalogue() as connection:
        passage = find_passage(connection, name, quote.strip())
        return byte_spans_json(find_byte_spans(connection, archive.context.home, passage))


@router.get("/captures/{name}")
def capture(request: Request, name: Annotated[str, Path(max_length=300)]) -> JsonObject:
    """Return a capture: its address, time, outcome, digests and record."""
    archive = archive_of(request)
    with archive.catalogue() as connection:
        return capture_json(capture_queries.capture(connection, name), archive.memento_base)


@router.get("/sources")
def sources(request: Request) -> list[JsonObject]:
    """Return what is held of every source, and its last successful capture."""
    with archive_of(request).catalogue() as connection:
        failed = event_queries.count_failed_readings(connection)
        coverages = counts_by_source.coverage(connection)
    return [coverage_json(coverage) | {"unread": failed[coverage.source]} for coverage in coverages]


@router.get("/timeline")
def timeline(
    request: Request,
    params: OptionalSearchParams,
    ids: StatementIds = [],  # noqa: B006 - FastAPI copies it
) -> list[JsonObject]:
    """Return the events of the statements named in `id` and found by `q`, earliest first."""
    moments, _ = load_timeline(archive_of(request), ids, params)
    return [moment_json(moment) for moment in moments]


@router.get("/links")
def links(request: Request) -> list[dict[str, str]]:
    """Return the confirmed links between statements."""
    return [link_json(link) for link in archive_of(request).links()]


@router.get(
    "/cdx",
    response_model=None,
    responses={200: {"content": {"application/json": {}, "text/x-cdxj": {}}}},
)
def cdx(
    request: Request,
    url: Annotated[str, Query(min_length=1, max_length=8000)],
    from_: Annotated[str, Query(alias="from", pattern=r"^\d{0,14}$")] = "",
    to: Annotated[str, Query(pattern=r"^\d{0,14}$")] = "",
    limit: Annotated[int, Query(ge=1, le=_MAX_CDX_LINES)] = 1000,
    output: Literal["json", "cdxj"] = "json",
) -> list[JsonObject] | Response:
    """Return the captures of one address, as CDX servers do (matchType exact)."""
    with archive_of(request).catalogue() as connection:
        captures = capture_queries.captures_at(connection, url)
    entries = [cdx_fields(capture) for capture in captures]
    first_stamp, last_stamp = from_, to or "9" * 14
    selected = [
        entry
        for entry in entries
        if first_stamp <= entry["timestamp"] and entry["timestamp"][: len(last_stamp)] <= last_stamp
    ]
    if output == "json":
        return selected[:limit]
    return PlainTextResponse("".join(map(cdxj_line, selected[:limit])), media_type="text/x-cdxj")
