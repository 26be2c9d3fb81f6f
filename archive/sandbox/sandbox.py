"""Call functions in a worker process under limits; a worker that ends is replaced."""

import atexit
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket, socketpair
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, get_args, get_type_hints
from weakref import WeakSet

from archive import errors
from archive.errors import ArchiveError, FormatError, SandboxError, StorageError
from archive.sandbox.confinement import restrictions
from archive.sandbox.passed_files import pickle_call, send_files
from archive.sandbox.profile import READING_PROFILE, SandboxProfile, packages_beside
from archive.sandbox.wire_format import from_json
from archive.sandbox.worker import READY, WorkerStart

logger = logging.getLogger(__name__)

_WORKER_COMMAND = (
    "import sys; descriptor, memory, *sys.path[:] = sys.argv[1:];"
    "from archive.sandbox.worker import main; main(int(descriptor), int(memory))"
)
_CLOCK_FACTOR = 10  # wall-clock limit as a multiple of CPU time: the worker shares the processor
_START_TIMEOUT_SECONDS = 60  # wall clock
_MAX_MESSAGE_BYTES = 256 << 20
_ENVIRONMENT = frozenset({"LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH"})  # nothing else

Params = ParamSpec("Params")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """Limits of one call."""

    seconds: float = 30  # of CPU time; per item, if a call yields several
    memory_bytes: int = 1 << 30  # on macOS checked only after each item

    def __str__(self) -> str:
        return f"what can be read in {self.seconds:g} s and {self.memory_bytes >> 20} MiB"


class Sandbox:
    """A worker process, started by the first call. One call at a time: other threads wait.

    The files that a call may read are the paths among its arguments, at any depth: its function
    opens them with `archive.sandbox.passed_files.open_for_reading`. `profile` says what else it may
    do, as far as the machine can forbid it (archive.sandbox.confinement).
    """

    def __init__(
        self,
        limits: SandboxLimits = SandboxLimits(),
        profile: SandboxProfile = READING_PROFILE,
    ) -> None:
        self.limits, self.profile = limits, profile
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        _SANDBOXES.add(self)

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
        """The worker's process id; None if none is running."""
        return self._process.pid if self._process else None

    def call(
        self, function: Callable[Params, Result], *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        """Return the result of a module-level `function`: a value that `wire_format` supports.

        Its ArchiveErrors are raised here. SandboxError if the worker ends or exceeds a limit; a
        call that did not simply take too long is retried once, because its end may have had an
        outside cause.
        """
        result_type = get_type_hints(function)["return"]
        for is_retry in (False, True):
            try:
                with closing(self._run_call("is", result_type, function, args, kwargs)) as answers:
                    result: Result = next(answers)
                    return result
            except SandboxError as error:
                if is_retry or not error.is_transient:
                    raise
        raise AssertionError("unreachable")

    def iterate(
        self,
        function: Callable[Params, Iterator[Result]],
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Iterator[Result]:
        """Yield the items of `function`, as they arrive; errors as in `call`, without retry."""
        (item_type,) = get_args(get_type_hints(function)["return"])
        yield from self._run_call("next", item_type, function, args, kwargs)

    def _run_call(
        self,
        expected_tag: str,
        result_type: Any,
        function: Callable[..., Any],
        args: Any,
        kwargs: Any,
    ) -> Generator[Any, None, None]:
        with self._lock:
            is_pending = True
            try:
                self._send_call(function, args, kwargs)
                while is_pending:
                    tag, value = self._receive_message(expected_tag, result_type)
                    is_pending = tag == "next"
                    if tag == "raised":
                        raise value
                    if tag != "end":
                        yield value
            finally:
                if is_pending:
                    self.close()  # its remaining messages must not answer another call

    def close(self) -> None:
        """Kill the worker; another call starts a new one."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection:
            connection.close()
        if process:
            _kill_group(process)
            logger.debug("sandbox process %d ended", process.pid)

    def _send_call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        if self._connection is None:
            self._start()
        connection = self._connection
        assert connection is not None  # noqa: S101 - it was started
        call, paths = pickle_call(
            (function.__module__, function.__name__, args, kwargs, self.limits.seconds)
        )
        try:
            connection.send_bytes(json.dumps([str(path) for path in paths]).encode())
            if paths:
                with socket(fileno=os.dup(connection.fileno())) as channel:
                    send_files(channel, paths)
            connection.send_bytes(call)
        except OSError as error:
            raise self._create_exit_error() from error

    def _receive_message(self, expected_tag: str, result_type: Any) -> tuple[str, Any]:
        """Return the tag of the next message and its value, or the error it carries."""
        message = self._receive_bytes(self.limits.seconds * _CLOCK_FACTOR)
        try:
            tag, value = json.loads(message)
            if tag == expected_tag:
                return tag, from_json(result_type, value)
            if tag == "raised":
                return tag, _rebuild_error(*value)
            if tag == "failed":
                raise self._create_failure_error(*_parse_failure(value))
        except (ValueError, TypeError, RecursionError, FormatError) as error:
            raise self._create_failure_error(f"an invalid answer: {message[:60]!r}") from error
        if tag == "end" and expected_tag == "next":
            return tag, None
        raise self._create_failure_error(f"an invalid answer: {tag!r:.60}")

    def _receive_bytes(self, timeout: float) -> bytes:
        connection = self._connection
        assert connection is not None  # noqa: S101 - a call is pending
        try:
            if not connection.poll(timeout):
                logger.debug("sandbox process %s gives no answer in %g s", self.pid, timeout)
                self.close()
                raise SandboxError(str(self.limits), "more time")
            return connection.recv_bytes(_MAX_MESSAGE_BYTES)
        except (EOFError, OSError) as error:
            raise self._create_exit_error() from error

    def _start(self) -> None:
        parent_socket, worker_socket = socketpair()
        paths = [str(Path(entry).absolute()) for entry in sys.path]
        command = [sys.executable, "-I", "-B", "-c", _WORKER_COMMAND, str(worker_socket.fileno())]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [*command, str(self.limits.memory_bytes), *paths],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[worker_socket.fileno()],
                process_group=0,  # a terminal's Ctrl-C is for the parent
                env={k: v for k, v in os.environ.items() if k in _ENVIRONMENT},
            )
        except OSError as error:
            parent_socket.close()
            raise StorageError(f"cannot start a process to read in: {error.strerror}") from error
        finally:
            worker_socket.close()
        self._connection = Connection(parent_socket.detach())
        logger.debug("sandbox process %d started", self._process.pid)
        try:
            self._connection.send_bytes(pickle.dumps(self._worker_start(self._process.pid)))
            ready = self._receive_bytes(_START_TIMEOUT_SECONDS)
        except OSError as error:
            cause = self._create_exit_error().found
            raise StorageError(f"cannot start a process to read in: {cause}") from error
        except SandboxError as error:
            raise StorageError(f"cannot start a process to read in: {error.found}") from error
        except StorageError:
            self.close()
            raise
        if ready != READY:
            self.close()
            cause = ready[:200].decode("utf-8", "replace")
            raise StorageError(f"cannot start a process to read in: {cause}")

    def _worker_start(self, pid: int) -> WorkerStart:
        return WorkerStart(
            restrictions=restrictions(self.profile, pid),
            packages=tuple(name for name, _ in packages_beside()),
            starts_programs=self.profile.starts_programs,
            max_file_bytes=self.profile.max_file_bytes,
        )

    def _create_failure_error(self, description: str, error_name: str = "") -> SandboxError:
        """Kill a worker that reported a failure or sent an invalid answer; return the error."""
        pid = self.pid
        self.close()
        is_memory_error = error_name == MemoryError.__name__
        # The description may have words of the page.
        reason = "needs more memory" if is_memory_error else "failed"
        logger.debug("sandbox process %s %s", pid, reason)
        if is_memory_error:
            return SandboxError(str(self.limits), "more memory", is_transient=True)
        return SandboxError(str(self.limits), description)

    def _create_exit_error(self) -> SandboxError:
        """Return the error for a worker that closed its connection: how its process ended."""
        process = self._process
        assert process is not None  # noqa: S101 - a call is pending
        try:
            code = process.wait(1)
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        logger.debug("sandbox process %d ended by itself: %d", process.pid, code)
        if code == -signal.SIGPROF:
            return SandboxError(str(self.limits), "more time")
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return SandboxError(
            str(self.limits), f"the end of its process by {cause}", is_transient=True
        )


def _rebuild_error(name: str, *args: Any) -> ArchiveError:
    """Return the ArchiveError that the worker raised; TypeError if `name` is not one."""
    error_type = vars(errors).get(name)
    if not (isinstance(error_type, type) and issubclass(error_type, ArchiveError)):
        raise TypeError(name)
    hints = get_type_hints(error_type.__init__)
    hints.pop("return", None)
    types = tuple(hints.values()) or (str,) * len(args)  # most errors take one message
    if len(args) > len(types):
        raise TypeError(f"{name}: {len(args)} arguments")
    return error_type(*(from_json(kind, arg) for kind, arg in zip(types, args, strict=False)))


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a worker and the programs that it started, which are in its process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _parse_failure(value: Any) -> tuple[str, str]:
    """Return a description of a failure of the worker, and the name of the exception."""
    error_name, message = from_json(tuple[str, str], value)
    return f"{error_name}: {message}", error_name


_SANDBOXES: "WeakSet[Sandbox]" = WeakSet()


def _close_sandboxes() -> None:
    for sandbox in list(_SANDBOXES):
        sandbox.close()


def _detach_sandboxes() -> None:
    """After a fork, release the parent's workers in the child, so that they end with the parent."""
    for sandbox in list(_SANDBOXES):
        if sandbox._connection:
            sandbox._connection.close()
        if sandbox._process:
            sandbox._process.returncode = 0
        sandbox._process = sandbox._connection = None
        sandbox._lock = threading.Lock()


atexit.register(_close_sandboxes)
os.register_at_fork(after_in_child=_detach_sandboxes)
