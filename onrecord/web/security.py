"""What every answer is wrapped in: whom we answer, how much we read, what a browser may do."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 2 << 20  # bytes of anything sent to us
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
)


def room_policy(replay: str) -> str:
    """Return the Content-Security-Policy of our own pages: nothing inline, nothing from others."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; form-action 'self'; frame-src {replay}; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def origin_of(url: str) -> str:
    """Return scheme and authority of an address.

    >>> origin_of("http://127.0.0.1:8323/web/")
    'http://127.0.0.1:8323'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class TooLargeError(Exception):
    """More was sent than we read."""


class Guard:
    """Refuses foreign hosts (DNS rebinding), foreign forms (CSRF) and large bodies; adds headers.

    `hosts` are the names, with port, by which we may be called.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str], headers: Iterable[tuple[bytes, bytes]]
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower().encode() for host in hosts)
        self._headers = [*COMMON, *headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = dict(scope["headers"])
        if sent.get(b"host", b"").lower() not in self._hosts:
            await _refuse(send, 421, b"This archive is not served under that name.\n")
            return
        if scope["method"] not in _SAFE and not self._ours(sent):
            await _refuse(send, 403, b"This form was not sent from the reading room.\n")
            return
        if int(sent.get(b"content-length", b"0")) > MAX_BODY:
            await _refuse(send, 413, b"At most %d bytes.\n" % MAX_BODY)
            return
        try:
            await self._app(scope, _bounded(receive), self._with_headers(send))
        except TooLargeError:
            await _refuse(send, 413, b"At most %d bytes.\n" % MAX_BODY)

    def _ours(self, sent: dict[bytes, bytes]) -> bool:
        """Say whether what was sent came from our own pages, or from no browser at all."""
        if (site := sent.get(b"sec-fetch-site")) is not None:
            return site in (b"same-origin", b"none")
        origin = sent.get(b"origin")
        return origin is None or origin.partition(b"://")[2].lower() in self._hosts

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                more = [pair for pair in self._headers if pair[0] not in given]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        return sending


def _bounded(receive: Receive) -> Receive:
    read = 0

    async def receiving() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MAX_BODY:
            raise TooLargeError
        return message

    return receiving


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers: list[Any] = [(b"content-type", b"text/plain"), (b"connection", b"close"), *COMMON]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
