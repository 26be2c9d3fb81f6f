"""Run slow endpoints in a thread pool of their own, so that pages do not wait for them."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

_LIMITER = CapacityLimiter(2)
Params = ParamSpec("Params")
Result = TypeVar("Result")


def in_thread_pool(endpoint: Callable[Params, Result]) -> Callable[Params, Awaitable[Result]]:
    """Return an endpoint that runs in a separate thread pool, two calls at a time."""

    @wraps(endpoint)
    async def run_in_thread(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        call = partial(endpoint, *args, **kwargs)
        return await to_thread.run_sync(call, limiter=_LIMITER)

    return run_in_thread
