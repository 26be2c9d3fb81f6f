"""Count the steps of a computation, which are the same on every machine and under any load."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

MAX_GROWTH = 2.2  # of the steps, where the size doubles; 4 would be quadratic


def count_steps(action: Callable[[], object]) -> int:
    """Return how many instructions Python executes in `action`.

    A call of a function in C, a regular expression's too, is one step.
    """
    return _count_by_monitoring(action) if sys.version_info >= (3, 12) else _count_by_trace(action)


def _count_by_trace(action: Callable[[], object]) -> int:
    steps = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            steps += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return steps


def _count_by_monitoring(action: Callable[[], object]) -> int:
    """Count by the events of PEP 669: a trace of opcodes misses some from Python 3.12 on."""
    steps = 0
    monitoring: Any = vars(sys)["monitoring"]
    tool, instruction = monitoring.DEBUGGER_ID, monitoring.events.INSTRUCTION

    def step(code: object, offset: int) -> None:
        nonlocal steps
        steps += 1

    monitoring.use_tool_id(tool, "steps")
    monitoring.register_callback(tool, instruction, step)
    monitoring.set_events(tool, instruction)
    try:
        action()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    return steps


def assert_steps_grow_linearly(action: Callable[[int], object], size: int) -> None:
    """Fail where `action` takes much more than twice as many steps for twice the size."""
    action(size)  # fills caches
    once = count_steps(lambda: action(size))
    twice = count_steps(lambda: action(2 * size))
    assert twice <= MAX_GROWTH * once, f"{once:,} steps for {size:,}, {twice:,} for twice as many"
