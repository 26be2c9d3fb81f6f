"""Functions that tests call in a sandbox. The worker imports this module, so it is light."""

import gc
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from archive.errors import FixityError, LimitError


def double(number: int) -> int:
    return 2 * number


def allocate(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def loop_forever() -> int:
    number = 0
    while True:
        number += 1


def raise_limit_error(why: str) -> int:
    raise LimitError(why)


def raise_fixity_error() -> int:
    raise FixityError("a", "b", "c")


def raise_index_error() -> int:
    return [][0]


def crash() -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def crash_in(pid: int) -> int:
    """Crash in the process `pid`; return 1 in any other."""
    return crash() if os.getpid() == pid else 1


def write_file(path: str) -> int:
    return Path(path).write_text("something")


def count(stop: int, crash_at: int) -> Iterator[int]:
    for number in range(stop):
        if number == crash_at:
            crash()
        yield number


def return_wrong_type() -> int:
    return "not a number"  # type: ignore[return-value]


def send_raw_message(message: str) -> int:
    """Send `message` instead of an answer, as a worker that was taken over could."""
    for connection in (value for value in gc.get_objects() if isinstance(value, Connection)):
        connection.send_bytes(message.encode())
    return crash()
