"""The reading room as an ASGI application: pages, API, feeds, and errors a reader can use."""

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
from onrecord.web.render import HERE, render

STATUS: dict[type[ArchiveError], int] = {
    UnknownNameError: 404,
    QuoteError: 404,
    QueryError: 400,
    LimitError: 413,
    LockedError: 503,
    FixityError: 500,
}
_ABOUT = "The same objects as `onrecord … --json`; docs/api.md and docs/json.md say what they are."


class Static(StaticFiles):
    """Our own few files; browsers may keep them while their address, with its version, stands."""

    def file_response(self, *args: object, **options: object) -> Response:
        answer = super().file_response(*args, **options)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "private, max-age=86400"
        return answer


def application(room: ReadOnlyArchive, *, protected: bool = False) -> FastAPI:
    """Return the reading room over one archive; `protected` where readers log in."""
    app = FastAPI(
        title="OnRecord",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.room = room
    app.state.protected = protected
    for name in PAGES.names():
        app.include_router(PAGES.load(name))
    app.mount("/static", Static(directory=HERE / "static"), name="static")
    app.add_exception_handler(ArchiveError, _our_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    return app


async def _our_error(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    return _told(request, status, type(error).__name__, str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "there is no such page", 405: "that cannot be done here"}.get(status, "")
    answer = _told(request, status, "HTTPError", words or str(getattr(error, "detail", "")))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _wrong_request(request: Request, error: Exception) -> Response:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    said = "; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in problems)
    return _told(request, 422, "RequestError", said)


def _told(request: Request, status: int, kind: str, problem: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": kind, "problem": problem}, status)
    return render(request, "error.html", status, status_code=status, problem=problem)
