"""Progress on a terminal's stderr; silence elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from onrecord.context import Context


@contextmanager
def counting(
    context: Context, about: str, total: int | None = None
) -> Iterator[Callable[[int], None]]:
    """Yield what to call with how much more is done."""
    if context.verbosity < 0 or not sys.stderr.isatty():
        yield lambda more: None
        return

    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(about, total=total)
        yield lambda more: bar.advance(task, more)
