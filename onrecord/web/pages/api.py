"""The API: the same objects as `--json`, under /api/v1/."""

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel

from archive.catalogue import capture_queries, catalogue_facts, version_queries
from archive.catalogue.coverage import by_source
from archive.citations import STYLES
from archive.json_objects import capture_json, change_json, version_json
from archive.statement_links import link_json
from archive.text.diff import diff_texts
from onrecord.monitor.coverage_json import coverage_json
from onrecord.statements.byte_spans import byte_spans_json, find_byte_spans
from onrecord.statements.cite import citation_data, find_passage
from onrecord.statements.compare import comparable_text, comparison_facts, version_pairs
from onrecord.statements.search import hits_json
from onrecord.statements.timeline import moment_json
from onrecord.web.cdx_lines import cdxj, line_of
from onrecord.web.pages.timeline import Ids, timeline_of
from onrecord.web.render import archive_of
from onrecord.web.search_params import PER_PAGE, OptionalSearchParams, RequiredSearchParams

Said = dict[str, Any]
Name = Annotated[str, Path(max_length=300, description="a statement's id, or a version's")]
_MOST_LINES = 10_000


class Problem(BaseModel):
    """What went wrong."""

    error: str
    problem: str


class Found(BaseModel):
    """A page of hits; docs/json.md says what a hit is."""

    total: int
    page: int
    per_page: int
    hits: list[Said]
    facets: dict[str, dict[str, int]]


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem} for code in (400, 404, 413, 422, 500, 503)
}
router = APIRouter(prefix="/api/v1", responses=_PROBLEMS)


@router.get("/search")
def search(request: Request, asked: RequiredSearchParams) -> Found:
    """Find statements; `q` is in the query language of docs/query-language.md."""
    room = archive_of(request)
    query = asked.query()
    with room.engine() as engine:
        results = engine.search(
            query,
            limit=PER_PAGE,
            offset=(asked.page - 1) * PER_PAGE,
            order=asked.order,
            layer=asked.layer,
        )
    with room.catalogue() as connection:
        hits = hits_json(connection, results.hits, room.memento_base)
    counted = {name: dict(values) for name, values in results.facets.items()}
    return Found(total=results.total, page=asked.page, per_page=PER_PAGE, hits=hits, facets=counted)


@router.get("/statements/{name}")
def statement(request: Request, name: Name) -> Said:
    """Return the newest version of a statement, or the version named, with its provenance."""
    room = archive_of(request)
    with room.catalogue() as connection:
        version = version_queries.version(connection, name)
        capture = capture_queries.capture(connection, version.capture)
    return version_json(version) | {"provenance": capture_json(capture, room.memento_base)}


@router.get("/statements/{name}/versions")
def versions(request: Request, name: Name) -> list[Said]:
    """Return every version, in the order they were first seen."""
    with archive_of(request).catalogue() as connection:
        found = version_queries.versions(connection, name.partition("@")[0])
        seen = {each.id: len(capture_queries.sightings(connection, each.id)) for each in found}
    return [version_json(each) | {"captures": seen[each.id]} for each in found]


@router.get("/statements/{name}/diff")
def diff(
    request: Request,
    name: Name,
    a: Annotated[str | None, Query(max_length=200)] = None,
    b: Annotated[str | None, Query(max_length=200)] = None,
) -> list[Said]:
    """Return how a statement changed from version `a` to `b`, or at every step."""
    with archive_of(request).catalogue() as connection:
        found = version_queries.versions(connection, name.partition("@")[0])
        chosen = version_pairs(found, a or None, b or None)
        wanted = {version.capture for pair in chosen for version in pair}
        captures = capture_queries.captures_by_id(connection, sorted(wanted))
    return [
        comparison_facts(one, two, [captures[v.capture].payload_sha256 for v in (one, two)])
        | {
            "changes": [
                change_json(edit) for edit in diff_texts(comparable_text(one), comparable_text(two))
            ]
        }
        for one, two in chosen
    ]


@router.get("/statements/{name}/citation")
def citation(
    request: Request,
    name: Name,
    quote: Annotated[str, Query(max_length=5000)] = "",
    style: Annotated[str, Query(max_length=40)] = "plain",
) -> Said:
    """Return a citation of the archived copy, of the version that has the quoted words."""
    room = archive_of(request)
    cite = STYLES.load(style)
    with room.catalogue() as connection:
        chosen = find_passage(connection, name, quote.strip())
        said = citation_data(connection, chosen, room.memento_base)
    return {"style": style, "version": chosen.version.id, "citation": cite(said)}


@router.get("/statements/{name}/places")
def places(
    request: Request, name: Name, quote: Annotated[str, Query(max_length=5000)] = ""
) -> Said:
    """Return in which bytes of its capture each block of a statement stands, or the quote does."""
    room = archive_of(request)
    with room.catalogue() as connection:
        chosen = find_passage(connection, name, quote.strip())
        return byte_spans_json(find_byte_spans(connection, room.context.home, chosen))


@router.get("/captures/{name}")
def capture(request: Request, name: Annotated[str, Path(max_length=300)]) -> Said:
    """Return what is known of a capture."""
    room = archive_of(request)
    with room.catalogue() as connection:
        return capture_json(capture_queries.capture(connection, name), room.memento_base)


@router.get("/sources")
def sources(request: Request) -> list[Said]:
    """Return what is held of every source, and how fresh it is."""
    with archive_of(request).catalogue() as connection:
        failed = Counter(
            event.facts.get("source", "")
            for event in catalogue_facts.events(connection, kind="reading")
        )
        held = by_source.coverage(connection)
    return [coverage_json(each) | {"unread": failed[each.source]} for each in held]


@router.get("/timeline")
def timeline(request: Request, asked: OptionalSearchParams, ids: Ids = []) -> list[Said]:  # noqa: B006
    """Return what happened to the statements named and found, the earliest first."""
    moments, _ = timeline_of(archive_of(request), ids, asked)
    return [moment_json(moment) for moment in moments]


@router.get("/links")
def links(request: Request) -> list[dict[str, str]]:
    """Return the links between statements that somebody confirmed."""
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
    limit: Annotated[int, Query(ge=1, le=_MOST_LINES)] = 1000,
    output: Literal["json", "cdxj"] = "json",
) -> list[Said] | Response:
    """Return the captures of one address, as CDX servers do (matchType exact)."""
    with archive_of(request).catalogue() as connection:
        found = capture_queries.captures_at(connection, url)
    lines = [line_of(each) for each in found]
    low, high = from_, to or "9" * 14
    within = [
        line
        for line in lines
        if low <= line["timestamp"] and line["timestamp"][: len(high)] <= high
    ]
    if output == "json":
        return within[:limit]
    return PlainTextResponse("".join(map(cdxj, within[:limit])), media_type="text/x-cdxj")
