"""The shared sandboxes work at the same time, one function each."""

import threading

from archive.sandbox.pool import SandboxExecutor
from archive.sandbox.sandbox import Sandbox
from tests.support.sandbox_functions import double

PATIENCE = 60.0  # seconds for what takes a moment


def meet(sandbox: Sandbox, barrier: threading.Barrier) -> int:
    """Return the worker of a sandbox, once the others have theirs."""
    sandbox.call(double, 1)
    barrier.wait(PATIENCE)
    return sandbox.pid or 0


def double_in(sandbox: Sandbox, number: int) -> int:
    return sandbox.call(double, number)


def test_functions_that_run_at_the_same_time_have_a_process_each() -> None:
    barrier = threading.Barrier(3)
    with SandboxExecutor(3) as executor:
        workers = [executor.submit(meet, barrier) for _ in range(3)]
        assert len({worker.result(PATIENCE) for worker in workers}) == 3


def test_each_call_has_its_own_result() -> None:
    with SandboxExecutor(2) as executor:
        futures = [executor.submit(double_in, number) for number in range(20)]
        assert [future.result(PATIENCE) for future in futures] == [2 * n for n in range(20)]


def test_the_calls_under_way_are_waited_for_at_the_end() -> None:
    with SandboxExecutor(1) as executor:
        first = executor.submit(double_in, 4)
        while not first.running() and not first.done():
            pass  # until it has begun
    assert first.result(0) == 8
