"""Access control for an archive served beyond this machine: password, sessions, rate limits."""

import hashlib
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
from onrecord.web.serve.client_address import Network, client_address

SESSION_COOKIE = "__Secure-onrecord"
_SESSION_HOURS = 12
_MAX_SESSIONS = 10_000
_MAX_ATTEMPTS, _ATTEMPT_WINDOW = 5, 60.0  # log-ins from one address, in so many seconds
_ACCOUNT, _ACCOUNT_ATTEMPTS = "readers", 100  # log-ins to the one account, from all addresses
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
        """Count an action, and say whether it is allowed."""
        allowed = self.would_allow(client, now)
        if allowed:
            self.count(client, now)
        return allowed

    def would_allow(self, client: str, now: float) -> bool:
        return self._available(client, now) >= 1

    def count(self, client: str, now: float) -> None:
        """Count an action."""
        self._tokens[client] = (max(0.0, self._available(client, now) - 1), now)
        self._tokens.move_to_end(client)
        if len(self._tokens) > _MAX_ADDRESSES:
            self._tokens.popitem(last=False)

    def take_back(self, client: str, now: float) -> None:
        """Take back what `count` counted."""
        self._tokens[client] = (min(self._burst, self._available(client, now) + 1), now)

    def _available(self, client: str, now: float) -> float:
        tokens, last = self._tokens.get(client, (self._burst, now))
        return min(self._burst, tokens + (now - last) * self._rate)


class Login:
    """Checks the password against an argon2 hash; keeps the sessions, in this process alone.

    `proxies` are the reverse proxies whose word on a client's address is taken.
    """

    def __init__(self, password_hash: str, proxies: tuple[Network, ...] = ()) -> None:
        self._password_hash, self._proxies = password_hash.strip(), proxies
        self._sessions: OrderedDict[str, float] = OrderedDict()  # when each ends, by its digest
        self._by_address = RateLimiter(_MAX_ATTEMPTS, _MAX_ATTEMPTS / _ATTEMPT_WINDOW)
        self._by_account = RateLimiter(_ACCOUNT_ATTEMPTS, _ACCOUNT_ATTEMPTS / _ATTEMPT_WINDOW)
        try:
            PasswordHasher().check_needs_rehash(self._password_hash)
        except InvalidHashError as error:
            raise FormatError("password file: expected an argon2 hash, found none") from error

    def create_session(self, now: float) -> str:
        """Return the cookie of a new session."""
        cookie = secrets.token_urlsafe(32)
        self._sessions[_digest(cookie)] = now + _SESSION_HOURS * 3600
        while len(self._sessions) > _MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return cookie

    def is_valid_session(self, cookie: str, now: float) -> bool:
        return self._sessions.get(_digest(cookie), 0.0) > now

    def end_session(self, cookie: str) -> None:
        """End a session: its cookie is worth nothing from now on."""
        self._sessions.pop(_digest(cookie), None)

    def require_login(self, app: ASGIApp) -> ASGIApp:
        """Return `app` behind a log-in page, with /login and /logout."""

        async def app_with_login(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            path = request.url.path
            if path == "/login" and request.method == "POST":
                await (await self._log_in(request))(scope, receive, send)
            elif path == "/logout" and request.method == "POST":
                self.end_session(request.cookies.get(SESSION_COOKIE, ""))
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
        """Answer an attempt; a wrong one is counted for its address and for the account."""
        address, now = client_address(request, self._proxies), monotonic()
        if not (
            self._by_address.would_allow(address, now)
            and self._by_account.would_allow(_ACCOUNT, now)
        ):
            return _login_page("Too many attempts; wait a minute.", 429)
        # Counted before the password is checked, so that attempts at the same time are, too.
        self._by_address.count(address, now)
        self._by_account.count(_ACCOUNT, now)
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        if not await run_in_threadpool(self._is_password, fields.get("password", [""])[0]):
            return _login_page("Wrong password.", 401)
        self._by_address.take_back(address, now)
        self._by_account.take_back(_ACCOUNT, now)
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


def limit_rate(app: ASGIApp, proxies: tuple[Network, ...] = ()) -> ASGIApp:
    """Return `app` with a limit on the requests of each address; above it, status 429."""
    limiter = RateLimiter(_REQUEST_BURST, _REQUEST_RATE)

    async def limited_app(scope: Scope, receive: Receive, send: Send) -> None:
        if limiter.allow(client_address(Request(scope), proxies), monotonic()):
            await app(scope, receive, send)
        else:
            refusal = PlainTextResponse("Too many requests.\n", 429, {"Retry-After": "2"})
            await refusal(scope, receive, send)

    return limited_app


def _digest(cookie: str) -> str:
    """Return by what a session is found: looking a digest up takes no time that tells of others."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogateescape")).hexdigest()


def _login_page(problem: str, status: int) -> Response:
    alert = f'<p role="alert">{problem}</p>' if problem else ""
    return Response(_LOGIN_PAGE.format(problem=alert), status, media_type="text/html")
