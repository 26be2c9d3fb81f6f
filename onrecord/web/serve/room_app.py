"""The reading room as an ASGI application: pages, API, feeds, error pages."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from archive.errors import (
    ArchiveError,
    FixityError,
    LimitError,
    LockedError,
    QueryError,
    QuoteError,
    UnknownNameError,
)
from onrecord import VERSION
from onrecord.web.pages import PAGES
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.render import WEB_FOLDER, render

STATUS_CODES: dict[type[ArchiveError], int] = {
    UnknownNameError: 404,
    QuoteError: 404,
    QueryError: 400,
    LimitError: 413,
    LockedError: 503,
    FixityError: 500,
}
_API_DESCRIPTION = (
    "The same objects as `onrecord … --json`; docs/api.md and docs/json.md describe them."
)


class StaticAssets(StaticFiles):
    """Our style sheet, script and icon; browsers cache them, since addresses have the version."""

    def file_response(self, *args: object, **options: object) -> Response:
        response = super().file_response(*args, **options)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "private, max-age=86400"
        return response


def create_app(archive: ReadOnlyArchive, *, protected: bool = False) -> FastAPI:
    """Return the reading room of one archive; `protected` if readers must log in."""
    app = FastAPI(
        title="OnRecord",
        version=VERSION,
        description=_API_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.archive = archive
    app.state.protected = protected
    for name in PAGES.names():
        app.include_router(PAGES.load(name))
    app.mount("/static", StaticAssets(directory=WEB_FOLDER / "static"), name="static")
    app.add_exception_handler(ArchiveError, _archive_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    return app


async def _archive_error(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS_CODES.items() if isinstance(error, kind)), 500)
    return _error_response(request, status, type(error).__name__, str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    problem = {404: "no such page", 405: "this method is not allowed here"}.get(status, "")
    response = _error_response(
        request, status, "HTTPError", problem or str(getattr(error, "detail", ""))
    )
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _invalid_request(request: Request, error: Exception) -> Response:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    message = "; ".join(
        f"{'.'.join(map(str, problem['loc'][1:]))}: {problem['msg']}" for problem in problems
    )
    return _error_response(request, 422, "RequestError", message)


def _error_response(request: Request, status: int, error_name: str, problem: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": error_name, "problem": problem}, status)
    return render(request, "error.html", status, status_code=status, problem=problem)
