"""Time lines: who said what, when it was issued, seen, changed, withdrawn and answered."""

import csv
import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from onrecord.output import clean
from onrecord.statements.timeline import Moment, build_timeline, moment_json
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.render import archive_of, render
from onrecord.web.search_params import SearchParams, SearchParamsOf

router = APIRouter(include_in_schema=False)
MOST = 200  # statements on one time line
Ids = Annotated[list[str], Query(alias="id", max_length=MOST)]
_COLUMNS = ("when", "precision", "what", "statement", "version", "issuer", "title", "url", "detail")


@router.get("/timeline")
def timeline(
    request: Request,
    asked: SearchParamsOf,
    ids: Ids = [],  # noqa: B006 - FastAPI copies it
    form: Literal["html", "csv", "json"] = "html",
) -> Response:
    moments, total = timeline_of(archive_of(request), ids, asked)
    facts = [moment_json(moment) for moment in moments]
    if form == "json":
        return JSONResponse(facts, headers=_download("timeline.json"))
    if form == "csv":
        return Response(_csv(facts), media_type="text/csv", headers=_download("timeline.csv"))
    found: HTMLResponse = render(
        request,
        "timeline.html",
        asked=asked,
        ids=ids,
        moments=moments,
        total=total,
        most=MOST,
        exports={kind: _address(request, kind) for kind in ("csv", "json")},
    )
    return found


def timeline_of(
    room: ReadOnlyArchive, ids: list[str], asked: SearchParams
) -> tuple[list[Moment], int]:
    """Return the moments of the statements named and found, and how many statements were found."""
    names, total = list(dict.fromkeys(name.partition("@")[0] for name in ids)), len(ids)
    if asked.q:
        with room.engine() as engine:
            results = engine.search(asked.query(), limit=MOST, order="newest", facets=False)
        names += [hit.statement for hit in results.hits if hit.statement not in names]
        total += results.total
    with room.catalogue() as connection:
        return build_timeline(connection, names[:MOST], room.links()), total


def _address(request: Request, form: str) -> str:
    return str(request.url.include_query_params(form=form)).partition(request.url.netloc)[2]


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _csv(facts: list[dict[str, Any]]) -> str:
    """Return RFC 4180 text; what a spreadsheet would take for a formula is quoted as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for fact in facts:
        writer.writerow([_cell(str(fact[name])) for name in _COLUMNS])
    return "\ufeff" + out.getvalue()


def _cell(text: str) -> str:
    text = clean(text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
