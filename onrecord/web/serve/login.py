"""Access control for an archive served beyond this machine: password, sessions, rate limits."""

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

SESSION_COOKIE = "__Secure-onrecord"
_SESSION_HOURS = 12
_MAX_ATTEMPTS, _ATTEMPT_WINDOW = 5, 60.0  # log-ins from one address, in so many seconds
_REQUEST_BURST, _REQUEST_RATE = 60.0, 20.0  # requests from one address: at once, and per second
_MAX_ADDRESSES = 10_000  # that a rate limiter remembers
_LOGIN_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>OnRecord</title><link rel="stylesheet" href="/static/room.css"></head>
<body class="login"><main><h1>OnRecord</h1><form method="post" action="/login">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Log in</button>{problem}</form></main></body></html>"""


class RateLimiter:
    """A token bucket per address: allows `burst` actions at once and `rate` per second."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, client: str, now: float) -> bool:
        tokens, last = self._tokens.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - last) * self._rate)
        allowed = tokens >= 1
        self._tokens[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._tokens) > _MAX_ADDRESSES:
            self._tokens.popitem(last=False)
        return allowed


class Login:
    """Checks the password against an argon2 hash; signs sessions with a key of this process."""

    def __init__(self, password_hash: str) -> None:
        self._password_hash, self._key = password_hash.strip(), secrets.token_bytes(32)
        self._attempts = RateLimiter(_MAX_ATTEMPTS, _MAX_ATTEMPTS / _ATTEMPT_WINDOW)
        try:
            PasswordHasher().check_needs_rehash(self._password_hash)
        except InvalidHashError as error:
            raise FormatError("password file: expected an argon2 hash, found none") from error

    def create_session(self, now: float) -> str:
        expiry = str(int(now) + _SESSION_HOURS * 3600)
        return f"{expiry}.{self._signature(expiry)}"

    def is_valid_session(self, cookie: str, now: float) -> bool:
        expiry, _, signature = cookie.partition(".")
        is_genuine = hmac.compare_digest(signature.encode(), self._signature(expiry).encode())
        return is_genuine and expiry.isdecimal() and int(expiry) > now

    def _signature(self, expiry: str) -> str:
        return hmac.new(self._key, expiry.encode(), hashlib.sha256).hexdigest()

    def require_login(self, app: ASGIApp) -> ASGIApp:
        """Return `app` behind a log-in page, with /login and /logout."""

        async def app_with_login(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            path = request.url.path
            if path == "/login" and request.method == "POST":
                await (await self._log_in(request))(scope, receive, send)
            elif path == "/logout" and request.method == "POST":
                response = RedirectResponse("/login", 303)
                response.delete_cookie(
                    SESSION_COOKIE, secure=True, httponly=True, samesite="strict"
                )
                await response(scope, receive, send)
            elif (
                self.is_valid_session(request.cookies.get(SESSION_COOKIE, ""), time())
                or path == "/static/room.css"
            ):
                await app(scope, receive, send)
            else:
                await _login_page("", 401)(scope, receive, send)

        return app_with_login

    def require_session(self, app: ASGIApp) -> ASGIApp:
        """Return `app` for requests with a session; others get status 401."""

        async def app_with_session(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            if self.is_valid_session(request.cookies.get(SESSION_COOKIE, ""), time()):
                await app(scope, receive, send)
            else:
                await PlainTextResponse("Log in to the reading room.\n", 401)(scope, receive, send)

        return app_with_session

    async def _log_in(self, request: Request) -> Response:
        if not self._attempts.allow(_client_address(request), monotonic()):
            return _login_page("Too many attempts; wait a minute.", 429)
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        if not await run_in_threadpool(self._is_password, fields.get("password", [""])[0]):
            return _login_page("Wrong password.", 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            SESSION_COOKIE,
            self.create_session(time()),
            _SESSION_HOURS * 3600,
            secure=True,
            httponly=True,
            samesite="strict",
        )
        return response

    def _is_password(self, password: str) -> bool:
        try:
            return PasswordHasher().verify(self._password_hash, password)
        except Argon2Error:
            return False


def limit_rate(app: ASGIApp) -> ASGIApp:
    """Return `app` with a limit on the requests of each address; above it, status 429."""
    limiter = RateLimiter(_REQUEST_BURST, _REQUEST_RATE)

    async def limited_app(scope: Scope, receive: Receive, send: Send) -> None:
        if limiter.allow(_client_address(Request(scope)), monotonic()):
            await app(scope, receive, send)
        else:
            refusal = PlainTextResponse("Too many requests.\n", 429, {"Retry-After": "2"})
            await refusal(scope, receive, send)

    return limited_app


def _client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def _login_page(problem: str, status: int) -> Response:
    alert = f'<p role="alert">{problem}</p>' if problem else ""
    return Response(_LOGIN_PAGE.format(problem=alert), status, media_type="text/html")
