"""Hand connections to the serving processes in turn: left to themselves, one takes them all.

Processes that wait at the same listening socket are all woken, and who is awake already is first,
each time: of eight browsers, eight are served by one process while the others sleep. So one process
accepts for all, and passes the connections on (SCM_RIGHTS, unix(7)).
"""

import asyncio
import socket
from collections import deque
from typing import Any


class DispatchedListener(socket.socket):
    """Where connections arrive that another process accepted.

    To asyncio it is a socket that listens.
    """

    def listen(self, backlog: int = 0, /) -> None:
        """Do nothing: whoever accepts for us listens."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Return a connection that was handed on; BlockingIOError where there is none (now)."""
        said, handles, _, _ = socket.recv_fds(self, 1, 1)
        if not said:  # nobody hands on any more: this would be readable for ever
            asyncio.get_running_loop().remove_reader(self.fileno())
        if not handles:
            raise BlockingIOError
        known = socket.socket(fileno=handles[0])
        family, handle = known.family, known.detach()
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=handle)
        return made, made.getpeername()


class Dispatcher:
    """Accepts at `listening`, and hands on to `processes` places in turn."""

    def __init__(self, listening: socket.socket, processes: int) -> None:
        self._listening = listening
        pairs = [socket.socketpair() for _ in range(processes)]
        self._ends = deque(ours for ours, _ in pairs)
        self.places = [
            DispatchedListener(its.family, its.type, its.proto, fileno=its.detach())
            for _, its in pairs
        ]
        for each in self._ends:
            each.setblocking(False)

    def keep(self, number: int) -> DispatchedListener:
        """Return a process's own place, in that process: it lets go of all that is others'.

        Process 0 is the one that hands on.
        """
        for other, place in enumerate(self.places):
            if other != number:
                place.close()
        if number:
            while self._ends:
                self._ends.pop().close()
        return self.places[number]

    def begin(self) -> None:
        """Hand on, in the running loop, from now on."""
        self._listening.setblocking(False)
        asyncio.get_running_loop().add_reader(self._listening.fileno(), self._hand_on)

    def end(self) -> None:
        """Accept no more."""
        if self._listening.fileno() < 0:
            return
        asyncio.get_running_loop().remove_reader(self._listening.fileno())
        self._listening.close()

    def _hand_on(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        with connection:
            while self._ends:
                end = self._ends.popleft()
                try:
                    socket.send_fds(end, [b"c"], [connection.fileno()])
                except BlockingIOError:  # it takes none, and is not gone: its turn is over
                    self._ends.append(end)
                    return
                except OSError:
                    end.close()  # that process is gone
                    continue
                self._ends.append(end)
                return
