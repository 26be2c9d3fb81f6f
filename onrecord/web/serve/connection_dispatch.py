"""Dispatch connections to the serving processes in turn, since otherwise one would get them all.

Processes that wait at one listening socket are all woken, and the one already awake accepts first,
each time: of eight browsers, eight are served by one process while the others sleep. So one process
accepts for all and passes the connections on (SCM_RIGHTS, unix(7)).
"""

import asyncio
import socket
from collections import deque
from typing import Any


class DispatchedListener(socket.socket):
    """Receives connections that another process accepted.

    To asyncio it is a listening socket.
    """

    def listen(self, backlog: int = 0, /) -> None:
        """Do nothing: the dispatching process listens."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Return a connection from the dispatcher; BlockingIOError if there is none now."""
        data, descriptors, _, _ = socket.recv_fds(self, 1, 1)
        if not data:  # the dispatcher has closed: the socket would stay readable for ever
            asyncio.get_running_loop().remove_reader(self.fileno())
        if not descriptors:
            raise BlockingIOError
        received = socket.socket(fileno=descriptors[0])
        family, descriptor = received.family, received.detach()
        connection = socket.socket(
            family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=descriptor
        )
        return connection, connection.getpeername()


class Dispatcher:
    """Accepts at `listener` and passes connections to `processes` listeners in turn."""

    def __init__(self, listener: socket.socket, processes: int) -> None:
        self._listener = listener
        pairs = [socket.socketpair() for _ in range(processes)]
        self._channels = deque(sender for sender, _ in pairs)
        self.listeners = [
            DispatchedListener(
                receiver.family, receiver.type, receiver.proto, fileno=receiver.detach()
            )
            for _, receiver in pairs
        ]
        for sender in self._channels:
            sender.setblocking(False)

    def claim(self, number: int) -> DispatchedListener:
        """Return the listener of process `number`; call it in that process.

        Closes the ends of the other processes. Process 0 is the one that dispatches.
        """
        for index, listener in enumerate(self.listeners):
            if index != number:
                listener.close()
        if number:
            while self._channels:
                self._channels.pop().close()
        return self.listeners[number]

    def start(self) -> None:
        """Start to dispatch in the running event loop."""
        self._listener.setblocking(False)
        asyncio.get_running_loop().add_reader(self._listener.fileno(), self._dispatch)

    def stop(self) -> None:
        """Stop accepting connections."""
        if self._listener.fileno() < 0:
            return
        asyncio.get_running_loop().remove_reader(self._listener.fileno())
        self._listener.close()

    def _dispatch(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        with connection:
            while self._channels:
                channel = self._channels.popleft()
                try:
                    socket.send_fds(channel, [b"c"], [connection.fileno()])
                except BlockingIOError:  # alive but busy: drop the connection, skip its turn
                    self._channels.append(channel)
                    return
                except OSError:
                    channel.close()  # that process has ended
                    continue
                self._channels.append(channel)
                return
