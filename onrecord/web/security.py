"""Security middleware: allowed hosts and origins, body limits, headers on every response."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 2 << 20  # of a request
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COMMON_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
)


def content_security_policy(replay: str) -> str:
    """Return the Content-Security-Policy of our own pages: nothing inline, no other origin.

    `replay` is the replay's origin, whose pages may be framed.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; form-action 'self'; frame-src {replay}; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def origin_of(url: str) -> str:
    """Return the origin of an address: its scheme and authority.

    >>> origin_of("http://127.0.0.1:8323/web/")
    'http://127.0.0.1:8323'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class BodyTooLargeError(Exception):
    """The body of a request exceeds MAX_BODY_BYTES."""


class SecurityMiddleware:
    """Refuses foreign hosts (DNS rebinding), foreign forms (CSRF) and large bodies; adds headers.

    `hosts` are the allowed values of the Host header, with port.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str], headers: Iterable[tuple[bytes, bytes]]
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower().encode() for host in hosts)
        self._headers = [*COMMON_HEADERS, *headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_headers = dict(scope["headers"])
        if request_headers.get(b"host", b"").lower() not in self._hosts:
            await _refuse(send, 421, b"This archive is not served under that host name.\n")
            return
        if scope["method"] not in _SAFE_METHODS and not self._is_same_origin(request_headers):
            await _refuse(send, 403, b"This form was not sent from the reading room.\n")
            return
        if int(request_headers.get(b"content-length", b"0")) > MAX_BODY_BYTES:
            await _refuse(send, 413, b"At most %d bytes.\n" % MAX_BODY_BYTES)
            return
        try:
            await self._app(scope, _limit_body(receive), self._add_headers(send))
        except BodyTooLargeError:
            await _refuse(send, 413, b"At most %d bytes.\n" % MAX_BODY_BYTES)

    def _is_same_origin(self, request_headers: dict[bytes, bytes]) -> bool:
        """Return whether a request comes from our own pages, or from no browser at all."""
        if (site := request_headers.get(b"sec-fetch-site")) is not None:
            return site in (b"same-origin", b"none")
        origin = request_headers.get(b"origin")
        return origin is None or origin.partition(b"://")[2].lower() in self._hosts

    def _add_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                missing = [pair for pair in self._headers if pair[0] not in present]
                message = {**message, "headers": [*message["headers"], *missing]}
            await send(message)

        return send_with_headers


def _limit_body(receive: Receive) -> Receive:
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise BodyTooLargeError
        return message

    return receive_limited


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers: list[Any] = [
        (b"content-type", b"text/plain"),
        (b"connection", b"close"),
        *COMMON_HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
