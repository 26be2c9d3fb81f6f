"""Replay over HTTP: TimeGate, TimeMap and mementos (RFC 7089), each in its box.

/web/<14 digits>/<url>      a page made harmless, with a banner
/web/<14 digits>id_/<url>   the bytes that were served
/web/<14 digits>mp_/<url>   without the banner, for a frame that has one
/web/<14 digits>im_, cs_    an image, a style sheet with its addresses rewritten
/web/<url>, /timegate/<url> the copy nearest to Accept-Datetime
/timemap/link/<url>, /timemap/json/<url>
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from archive.errors import ArchiveError, FixityError, LimitError
from archive.models import Capture
from archive.sandbox.pool import shared_sandbox
from archive.urls.memento import timestamp14
from onrecord.output import clean
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.replay import frame, negotiation
from onrecord.web.replay.memento_headers import (
    accept_datetime,
    http_date,
    in_ascii,
    link_header,
    timemap,
    timemap_json,
)
from onrecord.web.replay.sanitise import css, sanitise
from onrecord.web.replay.verified_body import VerifiedBody, verified_body

_MEMENTO = re.compile(r"/web/(\d{4,14})(id_|im_|cs_|mp_)?/(.+)", re.DOTALL)
_GATE = re.compile(r"/(?:web|timegate)/(.+)", re.DOTALL)
_MAP = re.compile(r"/timemap/(link|json)/(.+)", re.DOTALL)
_IMAGES = frozenset({"image/png", "image/gif", "image/jpeg", "image/webp", "image/avif",
                     "image/x-icon", "image/vnd.microsoft.icon"})  # fmt: skip
_FONTS = re.compile(r"(font/|application/(x-)?font|application/vnd\.ms-fontobject)")
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})


class Replay:
    """Answers for one archive; `root` is our own address, `reading` that of the reading room."""

    def __init__(self, room: ReadOnlyArchive, *, root: str, reading: str) -> None:
        self.room, self.root, self.reading = room, root, reading
        self._policy = frame.POLICY.format(ancestors=reading or "'none'")

    async def __call__(self, request: Request) -> Response:
        path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
        path = path.partition("?")[0]
        if query := request.scope["query_string"].decode("latin-1"):
            path = f"{path}?{query}"
        return await run_in_threadpool(self.answer, path, request.headers)

    def answer(self, path: str, headers: Mapping[str, str]) -> Response:
        """Return what stands at `path`."""
        if found := _MAP.fullmatch(path):
            return self._timemap(found[1], _url(found[2]))
        if found := _MEMENTO.fullmatch(path):
            return self._memento(found[1], found[2] or "", _url(found[3]))
        if found := _GATE.fullmatch(path):
            return self._timegate(_url(found[1]), headers.get("accept-datetime", ""))
        return self._notice(404, "Nothing here", "Archived pages are at /web/&lt;time&gt;/&lt;url>")

    def _captures(self, url: str) -> list[Capture]:
        with self.room.catalogue() as connection:
            return negotiation.mementos(connection, url)

    def _timemap(self, form: str, url: str) -> Response:
        captures = self._captures(url)
        if not captures:
            return self._unknown(url)
        if form == "json":
            text, kind = timemap_json(self.root, url, captures), "application/json"
        else:
            text, kind = timemap(self.root, url, captures), "application/link-format"
        return Response(text, media_type=kind, headers=self._boxed())

    def _timegate(self, url: str, wanted: str) -> Response:
        when = accept_datetime(wanted) if wanted else datetime.now(UTC)
        if when is None:
            return PlainTextResponse("Accept-Datetime: expected a date (RFC 7089)\n", 400)
        captures = self._captures(url)
        if not captures:
            return self._unknown(url)
        chosen = negotiation.nearest(captures, when)
        more = {
            "Location": f"{self.root}/web/{timestamp14(chosen.captured)}/{chosen.url}",
            "Vary": "accept-datetime",
            "Link": link_header(self.root, chosen.url, captures, chosen),
        }
        return Response(status_code=302, headers=self._boxed() | more)

    def _memento(self, stamp: str, kind: str, url: str) -> Response:
        captures = self._captures(url)
        when = negotiation.moment_of(stamp)
        if when is None:
            return PlainTextResponse("expected a time of 4 to 14 digits\n", 400)
        exact = negotiation.at(captures, when) or self._quarantined(url, when)
        if exact is None:
            if not captures:
                return self._unknown(url)
            exact = negotiation.nearest(captures, when)
            where = f"{self.root}/web/{timestamp14(exact.captured)}{kind}/{exact.url}"
            return Response(status_code=302, headers=self._boxed() | {"Location": where})
        with self.room.catalogue() as connection:
            shown = negotiation.standing_for(connection, exact)
        memento = {
            "Memento-Datetime": http_date(exact.captured),
            "Link": link_header(self.root, exact.url, captures, exact),
        }
        try:
            found = verified_body(self.room.context.home.warc, shown)
            answer = self._shown(found, exact, kind)
        except FixityError as error:
            return self._notice(
                500,
                "These are not the bytes that were captured",
                f"This copy is not shown. {escape(clean(str(error)))}",
            )
        except LimitError as error:
            return self._notice(
                413,
                "Too large to show",
                f'{escape(clean(str(error)))}. <a href="/web/{timestamp14(exact.captured)}id_/'
                f'{escape(exact.url)}">Bytes as served</a>',
            )
        except ArchiveError as error:
            return self._notice(500, "This copy cannot be read", escape(clean(str(error))))
        answer.headers.update(self._boxed() | memento)
        return answer

    def _quarantined(self, url: str, when: datetime) -> Capture | None:
        """Return a capture of just that time that is no copy of a page, such as a bot wall."""
        from archive.catalogue import capture_queries

        with self.room.catalogue() as connection:
            every = capture_queries.captures_at(connection, url)
        return negotiation.at([each for each in every if each.status is not None], when)

    def _shown(self, found: VerifiedBody, exact: Capture, kind: str) -> Response:
        capture, media = found.capture, found.capture.media_type
        if kind == "id_":
            return _raw(found)
        if found.location:
            stamp = timestamp14(exact.captured)
            where = f"{self.root}/web/{stamp}{kind}/{found.location}"
            return Response(status_code=302, headers={"Location": in_ascii(where)})
        if kind == "im_" and (media in _IMAGES or _FONTS.match(media)):
            return Response(found.body(), media_type=media)
        if kind == "cs_" and media == "text/css":
            text = css(found.text(), capture.url, timestamp14(exact.captured))
            return Response(text, media_type="text/css")
        if media in _PAGES:
            stamp = timestamp14(exact.captured)
            page = shared_sandbox().call(sanitise, found.text(), capture.url, stamp)
            strip = "" if kind == "mp_" else frame.banner(exact, capture, self.reading)
            return Response(frame.memento(page, strip), media_type="text/html")
        strip = frame.banner(exact, capture, self.reading)
        about = f"Of type {escape(media or 'unknown')}, {len(found.body())} bytes."
        return Response(
            frame.notice(capture.url, f"{about} {strip}"),
            media_type="text/html",
        )

    def _boxed(self) -> dict[str, str]:
        return {
            "Content-Security-Policy": self._policy,
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }

    def _unknown(self, url: str) -> Response:
        shown = escape(clean(url))
        return self._notice(404, "Not in this archive", f"No copy is held of <code>{shown}</code>.")

    def _notice(self, status: int, title: str, words: str) -> Response:
        text = frame.notice(title, words)
        return Response(text, status, self._boxed(), media_type="text/html")


def _raw(found: VerifiedBody) -> Response:
    """Return the bytes as they were sent, of a type that no browser runs."""
    capture, media = found.capture, found.capture.media_type
    safe = media in _IMAGES or media == "text/css"
    kind = media if safe else "text/plain" if media.startswith("text/") else ""
    headers = {
        "X-Archive-Orig-Content-Type": in_ascii(found.header("Content-Type")),
        "X-Archive-Orig-Status": str(capture.status or ""),
    }
    if capture.payload_sha256:
        headers["Content-Digest"] = frame.content_digest(capture.payload_sha256)
    if found.coding in _CODINGS:
        headers["Content-Encoding"] = found.coding
    if not kind:
        headers["Content-Disposition"] = "attachment"
    payload = found.exchange.payload
    return Response(payload, media_type=kind or "application/octet-stream", headers=headers)


def _url(path: str) -> str:
    """Return the address in a path; clients may have escaped what the archive holds unescaped."""
    return unquote(path) if re.match(r"https?%3A", path, re.IGNORECASE) else path


def application(room: ReadOnlyArchive, *, root: str, reading: str) -> Starlette:
    """Return the replay application."""
    replay = Replay(room, root=root, reading=reading)

    async def answer(request: Request) -> Response:
        return await replay(request)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET"])])
