"""The time line page: when statements were issued, first seen, changed, withdrawn and answered."""

import csv
import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from onrecord.print_output import clean
from onrecord.statements.timeline import Moment, build_timeline, moment_json
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.render import archive_of, render
from onrecord.web.search_params import FormSearchParams, SearchParams

router = APIRouter(include_in_schema=False)
MAX_STATEMENTS = 200  # statements on one time line
StatementIds = Annotated[list[str], Query(alias="id", max_length=MAX_STATEMENTS)]
_COLUMNS = (
    "when",
    "precision",
    "what",
    "statement",
    "version",
    "issuer",
    "title",
    "url",
    "detail",
    "guess",
)


@router.get("/timeline")
def timeline(
    request: Request,
    params: FormSearchParams,
    ids: StatementIds = [],  # noqa: B006 - FastAPI copies it
    form: Literal["html", "csv", "json"] = "html",
) -> Response:
    moments, total = load_timeline(archive_of(request), ids, params)
    rows = [moment_json(moment) for moment in moments]
    if form == "json":
        return JSONResponse(rows, headers=_download_headers("timeline.json"))
    if form == "csv":
        return Response(
            _to_csv(rows), media_type="text/csv", headers=_download_headers("timeline.csv")
        )
    page: HTMLResponse = render(
        request,
        "timeline.html",
        params=params,
        ids=ids,
        moments=moments,
        total=total,
        limit=MAX_STATEMENTS,
        export_addresses={kind: _export_address(request, kind) for kind in ("csv", "json")},
    )
    return page


def load_timeline(
    archive: ReadOnlyArchive, ids: list[str], params: SearchParams
) -> tuple[list[Moment], int]:
    """Return the events of the statements named and found, and how many statements there are."""
    names, total = list(dict.fromkeys(name.partition("@")[0] for name in ids)), len(ids)
    if params.q:
        query = params.query(archive)
        with archive.engine() as engine:
            results = engine.search(query, limit=MAX_STATEMENTS, order="newest", facets=False)
        names += [hit.statement for hit in results.hits if hit.statement not in names]
        total += results.total
    with archive.catalogue() as connection:
        return build_timeline(connection, names[:MAX_STATEMENTS], archive.links()), total


def _export_address(request: Request, form: str) -> str:
    return str(request.url.include_query_params(form=form)).partition(request.url.netloc)[2]


def _download_headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _to_csv(rows: list[dict[str, Any]]) -> str:
    """Return CSV (RFC 4180) with a byte order mark; formulas are escaped as spreadsheet text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([_csv_cell(str(row[name])) for name in _COLUMNS])
    return "\ufeff" + buffer.getvalue()


def _csv_cell(text: str) -> str:
    text = clean(text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
