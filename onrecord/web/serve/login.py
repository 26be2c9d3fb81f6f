"""For an archive that is served beyond this machine: one password, sessions, and limits."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from time import monotonic, time
from urllib.parse import parse_qs

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.errors import FormatError

COOKIE = "__Secure-onrecord"
_HOURS = 12
_TRIES, _WINDOW = 5, 60.0  # wrong passwords from one address, and in how many seconds
_BURST, _RATE = 60.0, 20.0  # requests an address may save up, and get each second
_KNOWN = 10_000  # addresses remembered
_FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>OnRecord</title><link rel="stylesheet" href="/static/room.css"></head>
<body class="login"><main><h1>OnRecord</h1><form method="post" action="/login">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Enter</button>{problem}</form></main></body></html>"""


class Bucket:
    """Lets an address do something `burst` times at once and `rate` times a second."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, now: float) -> bool:
        left, then = self._held.pop(who, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        allowed = left >= 1
        self._held[who] = (left - 1 if allowed else left, now)
        if len(self._held) > _KNOWN:
            self._held.popitem(last=False)
        return allowed


class Login:
    """Who knows the password, by an argon2 hash of it; sessions end when we do."""

    def __init__(self, hashed: str) -> None:
        self._hashed, self._key = hashed.strip(), secrets.token_bytes(32)
        self._tries = Bucket(_TRIES, _TRIES / _WINDOW)
        try:
            PasswordHasher().check_needs_rehash(self._hashed)
        except InvalidHashError as error:
            raise FormatError("password file: expected an argon2 hash, found none") from error

    def session(self, now: float) -> str:
        until = str(int(now) + _HOURS * 3600)
        return f"{until}.{self._mark(until)}"

    def knows(self, cookie: str, now: float) -> bool:
        until, _, mark = cookie.partition(".")
        genuine = hmac.compare_digest(mark.encode(), self._mark(until).encode())
        return genuine and until.isdecimal() and int(until) > now

    def _mark(self, until: str) -> str:
        return hmac.new(self._key, until.encode(), hashlib.sha256).hexdigest()

    def door(self, app: ASGIApp) -> ASGIApp:
        """Return `app` behind a log-in page."""

        async def asked(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            path = request.url.path
            if path == "/login" and request.method == "POST":
                await (await self._enter(request))(scope, receive, send)
            elif path == "/logout" and request.method == "POST":
                gone = RedirectResponse("/login", 303)
                gone.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict")
                await gone(scope, receive, send)
            elif self.knows(request.cookies.get(COOKIE, ""), time()) or path == "/static/room.css":
                await app(scope, receive, send)
            else:
                await _form("", 401)(scope, receive, send)

        return asked

    def wall(self, app: ASGIApp) -> ASGIApp:
        """Return `app` for those who have logged in elsewhere."""

        async def asked(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            if self.knows(request.cookies.get(COOKIE, ""), time()):
                await app(scope, receive, send)
            else:
                await PlainTextResponse("Log in to the reading room.\n", 401)(scope, receive, send)

        return asked

    async def _enter(self, request: Request) -> Response:
        if not self._tries.take(_who(request), monotonic()):
            return _form("Too many tries; wait a minute.", 429)
        said = parse_qs((await request.body()).decode("utf-8", "replace")).get("password", [""])[0]
        if not await run_in_threadpool(self._right, said):
            return _form("That is not the password.", 401)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            self.session(time()),
            _HOURS * 3600,
            secure=True,
            httponly=True,
            samesite="strict",
        )
        return answer

    def _right(self, password: str) -> bool:
        try:
            return PasswordHasher().verify(self._hashed, password)
        except Argon2Error:
            return False


def limited(app: ASGIApp) -> ASGIApp:
    """Return `app` that answers each address so often and no more."""
    bucket = Bucket(_BURST, _RATE)

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if bucket.take(_who(Request(scope)), monotonic()):
            await app(scope, receive, send)
        else:
            slow = PlainTextResponse("Too many requests.\n", 429, {"Retry-After": "2"})
            await slow(scope, receive, send)

    return asked


def _who(request: Request) -> str:
    return request.client.host if request.client else ""


def _form(problem: str, status: int) -> Response:
    said = f'<p role="alert">{problem}</p>' if problem else ""
    return Response(_FORM.format(problem=said), status, media_type="text/html")
