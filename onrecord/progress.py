"""A progress bar on stderr where that is a terminal, and nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from onrecord.command_context import Context


@contextmanager
def show_progress(
    context: Context, label: str, total: int | None = None
) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with the amount of work done since the last call."""
    if context.verbosity < 0 or not sys.stderr.isatty():
        yield lambda amount: None
        return

    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as display:
        task = display.add_task(label, total=total)
        yield lambda amount: display.advance(task, amount)
