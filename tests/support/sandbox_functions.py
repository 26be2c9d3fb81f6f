"""What tests ask a confined process to do. It imports this module, so it is light."""

import gc
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from archive.errors import FixityError, LimitError


def double(number: int) -> int:
    return 2 * number


def hungry(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def endless() -> int:
    number = 0
    while True:
        number += 1


def refuse(why: str) -> int:
    raise LimitError(why)


def mismatch() -> int:
    raise FixityError("a", "b", "c")


def stumble() -> int:
    return [][0]


def die() -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def die_once(mark: str) -> int:
    """Die where the folder `mark` is still there; a confined process can write nothing."""
    try:
        Path(mark).rmdir()
    except FileNotFoundError:
        return 1
    return die()


def write(path: str) -> int:
    return Path(path).write_text("something")


def count(to: int, die_at: int) -> Iterator[int]:
    for number in range(to):
        if number == die_at:
            die()
        yield number


def lie() -> int:
    return "not a number"  # type: ignore[return-value]


def babble(words: str) -> int:
    """Say `words` in place of an answer, as a process that was taken over could."""
    for line in (each for each in gc.get_objects() if isinstance(each, Connection)):
        line.send_bytes(words.encode())
    return die()
