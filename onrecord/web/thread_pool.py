"""What takes long has threads of its own, so that pages need not wait for it."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

_AT_ONCE = CapacityLimiter(2)
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def in_thread_pool(endpoint: Callable[Given, Answer]) -> Callable[Given, Awaitable[Answer]]:
    """Return an endpoint that does its work beside that of pages, two at a time."""

    @wraps(endpoint)
    async def answered(*given: Given.args, **named: Given.kwargs) -> Answer:
        work = partial(endpoint, *given, **named)
        return await to_thread.run_sync(work, limiter=_AT_ONCE)

    return answered
