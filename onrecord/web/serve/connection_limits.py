"""Limits on connections that a library does not have: time for a request, and how many are open.

uvicorn waits for a request's head and body, and for a client that reads nothing, without end. Here
each has its time; and of more connections than a process serves well, the one that has waited
longest for its request is closed for the new one, so half-open ones keep nobody out.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0  # from the connection, or the first byte of a further request, to its headers
BODY_SECONDS = 30.0  # from the headers to the end of the body
UNREAD_SECONDS = 30.0  # for which a client may read nothing of an answer
TLS_SECONDS = 5.0  # for the handshake
KEEP_ALIVE_SECONDS = 15  # between two requests
MAX_CONNECTIONS = 200  # of one process, at one port


class LimitedProtocol(H11Protocol):
    """Serves one connection, within the times above."""

    _deadline: asyncio.TimerHandle | None = None
    _waits_for = ""  # "head", "body", "client", or "" for nothing that has a limit
    _connected_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._connected_at = self.loop.time()
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            self._make_room()
        self._wait_for("head", HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for("")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._follow_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._follow_request()

    def pause_writing(self) -> None:
        """Note that the client does not read."""
        super().pause_writing()
        self._wait_for("client", UNREAD_SECONDS)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._wait_for("")
        self._follow_request()

    def _follow_request(self) -> None:
        """Set the deadline by what of the request has come (h11's state of the client)."""
        if self.transport is None or self.transport.is_closing() or self._waits_for == "client":
            return
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._wait_for("body", BODY_SECONDS)
        elif state is h11.IDLE and self.timeout_keep_alive_task is None:
            self._wait_for("head", HEAD_SECONDS)
        else:
            self._wait_for("")

    def _wait_for(self, event: str, seconds: float = 0) -> None:
        """Set the deadline for an event, unless it is set already; none for ""."""
        if event == self._waits_for:
            return
        self._waits_for = event
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._abort) if event else None

    def _abort(self) -> None:
        self.transport.abort()

    def _make_room(self) -> None:
        """Close the connection that has waited longest, of the address with most that wait.

        This one itself, where all others are being answered.
        """
        waiting: dict[str, list[LimitedProtocol]] = {}
        for connection in self.connections:
            if isinstance(connection, LimitedProtocol) and not connection._is_answering():
                waiting.setdefault(connection._address(), []).append(connection)
        most = max(waiting.values(), key=len)
        min(most, key=lambda connection: connection._connected_at)._abort()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _address(self) -> str:
        return str(self.client[0]) if self.client else ""


class LimitedEventLoop(asyncio.SelectorEventLoop):
    """An event loop whose servers give a TLS handshake less than a minute."""

    async def create_server(self, *args: Any, **options: Any) -> asyncio.Server:
        """Do what `asyncio.loop.create_server` does."""
        if options.get("ssl"):
            options.setdefault("ssl_handshake_timeout", TLS_SECONDS)
        return await super().create_server(*args, **options)
