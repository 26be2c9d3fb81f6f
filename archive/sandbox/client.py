"""Call functions in a process of its own, under limits; a process that ends is replaced."""

import atexit
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGPROF, Signals
from socket import socketpair
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, get_args, get_type_hints
from weakref import WeakSet

from archive import errors
from archive.errors import ArchiveError, FormatError, SandboxError, StorageError
from archive.sandbox.wire_format import from_json
from archive.sandbox.worker import READY

_START = (
    "import sys; end, memory, *sys.path[:] = sys.argv[1:];"
    "from archive.sandbox.worker import main; main(int(end), int(memory))"
)
_PATIENCE = 10  # times the processor time allowed, by the clock: it shares the processor
_STARTS_IN = 60  # seconds by the clock
_LONGEST = 256 << 20  # bytes of one answer

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """What one call may take."""

    seconds: float = 30  # of processor time; of each step, where a call yields several values
    memory: int = 1 << 30  # bytes; on macOS this is looked at only after each step

    def __str__(self) -> str:
        return f"what can be read in {self.seconds:g} s and {self.memory >> 20} MiB"


class Sandbox:
    """A process that starts with the first call. One call at a time: other threads wait."""

    def __init__(self, limits: SandboxLimits = SandboxLimits()) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection[Any, Any] | None = None
        _ALL.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process's id; None where there is none now."""
        return self._process.pid if self._process else None

    def call(
        self, function: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
    ) -> Result:
        """Return what a module's `function` returns: a value that `wire_format` knows.

        Its ArchiveErrors are raised here. EndedError where its process ended; what did not simply
        take too long is tried once more first, for it may have been somebody else's doing.
        """
        kind = get_type_hints(function)["return"]
        for last in (False, True):
            try:
                with closing(self._answers("is", kind, function, given, named)) as answers:
                    result: Result = next(answers)
                    return result
            except SandboxError as ended:
                if last or not ended.again:
                    raise
        raise AssertionError("unreachable")

    def each(
        self, function: Callable[Given, Iterator[Result]], *given: Given.args, **named: Given.kwargs
    ) -> Iterator[Result]:
        """Yield what `function` yields, as it comes; errors as in `call`, without retry."""
        (kind,) = get_args(get_type_hints(function)["return"])
        yield from self._answers("next", kind, function, given, named)

    def _answers(
        self, how: str, kind: Any, function: Callable[..., Any], given: Any, named: Any
    ) -> Generator[Any, None, None]:
        with self._lock:
            waiting = True
            try:
                self._ask(function, given, named)
                while waiting:
                    what, value = self._answer(how, kind)
                    waiting = what == "next"
                    if what == "raised":
                        raise value
                    if what != "end":
                        yield value
            finally:
                if waiting:
                    self.close()  # what it has still to say is no answer to another call

    def close(self) -> None:
        """End the process; another call starts one again."""
        process, line = self._process, self._line
        self._process = self._line = None
        if line:
            line.close()
        if process:
            process.kill()
            process.wait()

    def _ask(self, function: Callable[..., Any], given: Any, named: Any) -> None:
        if self._line is None:
            self._start()
        call = (function.__module__, function.__name__, given, named, self.limits.seconds)
        try:
            self._line.send_bytes(pickle.dumps(call))  # type: ignore[union-attr]
        except OSError as error:
            raise self._ended() from error

    def _answer(self, how: str, kind: Any) -> tuple[str, Any]:
        """Return what kind of answer comes next, and the value or the error that it is."""
        told = self._received(self.limits.seconds * _PATIENCE)
        try:
            what, value = json.loads(told)
            if what == how:
                return what, from_json(kind, value)
            if what == "raised":
                return what, _error(*value)
        except (ValueError, TypeError, RecursionError, FormatError) as error:
            raise self._failed(f"an answer that is none: {told[:60]!r}") from error
        if what == "end" and how == "next":
            return what, None
        if what == "failed":
            raise self._failed(str(value))
        raise self._failed(f"an answer that is none: {what!r:.60}")

    def _received(self, patience: float) -> bytes:
        line = self._line
        assert line is not None  # noqa: S101 - whoever waits has asked
        try:
            if not line.poll(patience):
                self.close()
                raise SandboxError(str(self.limits), "more time")
            return line.recv_bytes(_LONGEST)
        except (EOFError, OSError) as error:
            raise self._ended() from error

    def _start(self) -> None:
        ours, its = socketpair()
        paths = [str(Path(each).absolute()) for each in sys.path]
        words = [sys.executable, "-I", "-B", "-c", _START, str(its.fileno())]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [*words, str(self.limits.memory), *paths],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                process_group=0,  # a terminal's Ctrl-C is for us
            )
        except OSError as error:
            ours.close()
            raise StorageError(f"cannot start a process to read in: {error.strerror}") from error
        finally:
            its.close()
        self._line = Connection(ours.detach())
        try:
            ready = self._received(_STARTS_IN) == READY
        except SandboxError as error:
            raise StorageError(f"cannot start a process to read in: {error.found}") from error
        if not ready:
            self.close()
            raise StorageError("cannot start a process to read in: it answers something else")

    def _failed(self, words: str) -> SandboxError:
        """End the process that has said that it failed, or something else than an answer."""
        self.close()
        memory = words.startswith("MemoryError")
        return SandboxError(str(self.limits), "more memory" if memory else words, memory)

    def _ended(self) -> SandboxError:
        """Say by what the process ended that closed its end of the line."""
        process = self._process
        assert process is not None  # noqa: S101 - whoever waits has asked
        try:
            code = process.wait(1)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        if code == -SIGPROF:
            return SandboxError(str(self.limits), "more time")
        by = Signals(-code).name if code < 0 else f"exit code {code}"
        return SandboxError(str(self.limits), f"the end of its process by {by}", again=True)


def _error(name: str, *said: Any) -> ArchiveError:
    """Return an error of ours that was raised in the other process; TypeError where it is none."""
    kind = vars(errors).get(name)
    if not (isinstance(kind, type) and issubclass(kind, ArchiveError)):
        raise TypeError(name)
    return kind(*(str(each) for each in said))


_ALL: "WeakSet[Sandbox]" = WeakSet()


def _close_all() -> None:
    for each in list(_ALL):
        each.close()


def _forget_all() -> None:
    """In a process forked off ours: let go of what is not its own, so that it can end with us."""
    for each in list(_ALL):
        if each._line:
            each._line.close()
        if each._process:
            each._process.returncode = 0
        each._process = each._line = None
        each._lock = threading.Lock()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)
