"""The replay application: TimeGate, TimeMap and mementos (RFC 7089), each sandboxed.

/web/<14 digits>/<url>      the sanitised page, with a banner
/web/<14 digits>id_/<url>   the bytes as served
/web/<14 digits>mp_/<url>   the sanitised page without the banner, for a frame
/web/<14 digits>im_, cs_    an image, a style sheet with its addresses rewritten
/web/<url>, /timegate/<url> the memento nearest to Accept-Datetime
/timemap/link/<url>, /timemap/json/<url>
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from html import escape
from queue import SimpleQueue
from typing import ParamSpec, TypeVar
from urllib.parse import unquote

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from archive.errors import ArchiveError, FixityError, LimitError, SandboxError
from archive.models import Capture
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from archive.urls.memento import timestamp14
from onrecord.print_output import clean
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.replay import datetime_negotiation, frame
from onrecord.web.replay.memento_headers import (
    escape_non_ascii,
    format_http_date,
    link_header,
    parse_accept_datetime,
    timemap_json,
    timemap_links,
)
from onrecord.web.replay.sanitise import rewrite_sheet, sanitise_page
from onrecord.web.replay.verified_body import VerifiedBody, read_verified_body

_MEMENTO_PATH = re.compile(r"/web/(\d{4,14})(id_|im_|cs_|mp_)?/(.+)", re.DOTALL)
_TIMEGATE_PATH = re.compile(r"/(?:web|timegate)/(.+)", re.DOTALL)
_TIMEMAP_PATH = re.compile(r"/timemap/(link|json)/(.+)", re.DOTALL)
_IMAGE_TYPES = frozenset({"image/png", "image/gif", "image/jpeg", "image/webp", "image/avif",
                     "image/x-icon", "image/vnd.microsoft.icon"})  # fmt: skip
_FONT_TYPE = re.compile(r"(font/|application/(x-)?font|application/vnd\.ms-fontobject)")
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_CONTENT_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_PROCESSES = 2  # in which archived pages and style sheets are sanitised, and threads that wait
_LIMITS = SandboxLimits(seconds=3, memory_bytes=512 << 20)  # of one page or style sheet
_THREADS = CapacityLimiter(_PROCESSES)
_SANDBOXES: "SimpleQueue[Sandbox]" = SimpleQueue()
for _ in range(_PROCESSES):
    _SANDBOXES.put(Sandbox(_LIMITS))

Params = ParamSpec("Params")
Result = TypeVar("Result")


class Replay:
    """Serves mementos of one archive.

    `origin` is the replay's own origin, `room_origin` that of the reading room.
    """

    def __init__(self, archive: ReadOnlyArchive, *, origin: str, room_origin: str) -> None:
        self.archive, self.origin, self.room_origin = archive, origin, room_origin
        self._policy = frame.CONTENT_SECURITY_POLICY.format(ancestors=room_origin or "'none'")

    async def __call__(self, request: Request) -> Response:
        path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
        path = path.partition("?")[0]
        if query := request.scope["query_string"].decode("latin-1"):
            path = f"{path}?{query}"
        # In threads of its own: the pages of the reading room do not wait for an archived one.
        respond = partial(self.respond, path, request.headers)
        return await to_thread.run_sync(respond, limiter=_THREADS)

    def respond(self, path: str, headers: Mapping[str, str]) -> Response:
        """Return the response for `path`, which includes the query string."""
        if match := _TIMEMAP_PATH.fullmatch(path):
            return self._timemap(match[1], _decode_url(match[2]))
        if match := _MEMENTO_PATH.fullmatch(path):
            return self._memento(match[1], match[2] or "", _decode_url(match[3]))
        if match := _TIMEGATE_PATH.fullmatch(path):
            return self._timegate(_decode_url(match[1]), headers.get("accept-datetime", ""))
        return self._notice_response(
            404, "Nothing here", "Archived pages are at /web/&lt;time&gt;/&lt;url>"
        )

    def _captures(self, url: str) -> list[Capture]:
        with self.archive.catalogue() as connection:
            return datetime_negotiation.mementos(connection, url)

    def _timemap(self, form: str, url: str) -> Response:
        captures = self._captures(url)
        if not captures:
            return self._not_held(url)
        if form == "json":
            text, media_type = timemap_json(self.origin, url, captures), "application/json"
        else:
            text, media_type = timemap_links(self.origin, url, captures), "application/link-format"
        return Response(text, media_type=media_type, headers=self._sandbox_headers())

    def _timegate(self, url: str, accept_datetime: str) -> Response:
        when = parse_accept_datetime(accept_datetime) if accept_datetime else datetime.now(UTC)
        if when is None:
            return PlainTextResponse("Accept-Datetime: expected a date (RFC 7089)\n", 400)
        captures = self._captures(url)
        if not captures:
            return self._not_held(url)
        nearest = datetime_negotiation.nearest_capture(captures, when)
        headers = {
            "Location": f"{self.origin}/web/{timestamp14(nearest.captured)}/{nearest.url}",
            "Vary": "accept-datetime",
            "Link": link_header(self.origin, nearest.url, captures, nearest),
        }
        return Response(status_code=302, headers=self._sandbox_headers() | headers)

    def _memento(self, timestamp: str, modifier: str, url: str) -> Response:
        captures = self._captures(url)
        when = datetime_negotiation.parse_timestamp(timestamp)
        if when is None:
            return PlainTextResponse("expected a time of 4 to 14 digits\n", 400)
        exact = datetime_negotiation.capture_at(captures, when) or self._quarantined(url, when)
        if exact is None:
            if not captures:
                return self._not_held(url)
            exact = datetime_negotiation.nearest_capture(captures, when)
            location = f"{self.origin}/web/{timestamp14(exact.captured)}{modifier}/{exact.url}"
            return Response(
                status_code=302, headers=self._sandbox_headers() | {"Location": location}
            )
        with self.archive.catalogue() as connection:
            body_source = datetime_negotiation.body_capture(connection, exact)
        memento_headers = {
            "Memento-Datetime": format_http_date(exact.captured),
            "Link": link_header(self.origin, exact.url, captures, exact),
        }
        try:
            verified = read_verified_body(self.archive.context.home.warc, body_source)
            response = self._memento_response(verified, exact, modifier)
        except FixityError as error:
            return self._notice_response(
                500,
                "These are not the bytes that were captured",
                f"This copy is not shown. {escape(clean(str(error)))}",
            )
        except (LimitError, SandboxError) as error:
            return self._notice_response(
                413,
                "Too large to show",
                f'{escape(clean(str(error)))}. <a href="/web/{timestamp14(exact.captured)}id_/'
                f'{escape(exact.url)}">Bytes as served</a>',
            )
        except ArchiveError as error:
            return self._notice_response(500, "This copy cannot be read", escape(clean(str(error))))
        response.headers.update(self._sandbox_headers() | memento_headers)
        return response

    def _quarantined(self, url: str, when: datetime) -> Capture | None:
        """Return a capture of just that time that is no copy of a page, such as a bot wall."""
        from archive.catalogue import capture_queries

        with self.archive.catalogue() as connection:
            captures = capture_queries.captures_at(connection, url)
        return datetime_negotiation.capture_at(
            [capture for capture in captures if capture.status is not None], when
        )

    def _memento_response(self, verified: VerifiedBody, exact: Capture, modifier: str) -> Response:
        capture, media_type = verified.capture, verified.capture.media_type
        if modifier == "id_":
            return _raw_response(verified)
        if verified.location:
            stamp = timestamp14(exact.captured)
            location = f"{self.origin}/web/{stamp}{modifier}/{verified.location}"
            return Response(status_code=302, headers={"Location": escape_non_ascii(location)})
        if modifier == "im_" and (media_type in _IMAGE_TYPES or _FONT_TYPE.match(media_type)):
            return Response(verified.body(), media_type=media_type)
        if modifier == "cs_" and media_type == "text/css":
            stamp = timestamp14(exact.captured)
            text = _in_sandbox(rewrite_sheet, verified.text(), capture.url, stamp)
            return Response(text, media_type="text/css")
        if media_type in _HTML_TYPES:
            stamp = timestamp14(exact.captured)
            page = _in_sandbox(sanitise_page, verified.text(), capture.url, stamp)
            banner = (
                "" if modifier == "mp_" else frame.render_banner(exact, capture, self.room_origin)
            )
            return Response(frame.memento_page(page, banner), media_type="text/html")
        banner = frame.render_banner(exact, capture, self.room_origin)
        description = f"Of type {escape(media_type or 'unknown')}, {len(verified.body())} bytes."
        return Response(
            frame.notice_page(capture.url, f"{description} {banner}"),
            media_type="text/html",
        )

    def _sandbox_headers(self) -> dict[str, str]:
        return {
            "Content-Security-Policy": self._policy,
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }

    def _not_held(self, url: str) -> Response:
        escaped_url = escape(clean(url))
        return self._notice_response(
            404, "Not in this archive", f"No copy is held of <code>{escaped_url}</code>."
        )

    def _notice_response(self, status: int, title: str, message: str) -> Response:
        text = frame.notice_page(title, message)
        return Response(text, status, self._sandbox_headers(), media_type="text/html")


def _in_sandbox(
    function: Callable[Params, Result], *args: Params.args, **kwargs: Params.kwargs
) -> Result:
    """Return the result of a call in a sandbox that is free; errors as in `Sandbox.call`."""
    sandbox = _SANDBOXES.get()
    try:
        return sandbox.call(function, *args, **kwargs)
    finally:
        _SANDBOXES.put(sandbox)


def _raw_response(verified: VerifiedBody) -> Response:
    """Return the bytes as served, with a media type that no browser executes."""
    capture, media_type = verified.capture, verified.capture.media_type
    is_safe = media_type in _IMAGE_TYPES or media_type == "text/css"
    sent_type = media_type if is_safe else "text/plain" if media_type.startswith("text/") else ""
    headers = {
        "X-Archive-Orig-Content-Type": escape_non_ascii(verified.header("Content-Type")),
        "X-Archive-Orig-Status": str(capture.status or ""),
    }
    if capture.payload_sha256:
        headers["Content-Digest"] = frame.content_digest(capture.payload_sha256)
    if verified.coding in _CONTENT_CODINGS:
        headers["Content-Encoding"] = verified.coding
    if not sent_type:
        headers["Content-Disposition"] = "attachment"
    payload = verified.exchange.payload
    return Response(payload, media_type=sent_type or "application/octet-stream", headers=headers)


def _decode_url(path: str) -> str:
    """Return the address in a path, unescaped if the client has escaped its scheme's colon."""
    return unquote(path) if re.match(r"https?%3A", path, re.IGNORECASE) else path


def create_replay_app(archive: ReadOnlyArchive, *, origin: str, room_origin: str) -> Starlette:
    """Return the replay application."""
    replay = Replay(archive, origin=origin, room_origin=room_origin)

    async def respond(request: Request) -> Response:
        return await replay(request)

    return Starlette(routes=[Route("/{path:path}", respond, methods=["GET"])])
