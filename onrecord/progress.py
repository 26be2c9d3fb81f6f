"""How far a command is, on stderr where that is a terminal, and nothing elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from onrecord.command_context import Context

_MINUTE, _HOUR = 60, 3600  # seconds


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """How far the reading of captures is."""

    captures: int  # read so far
    share: float | None = None  # of all that is to be read, 0 to 1; None where that is unknown


ShowReading = Callable[[ReadingProgress], None]


@contextmanager
def show_progress(
    context: Context, label: str, total: int | None = None
) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with the amount of work done since the last call."""
    if not _is_shown(context):
        yield lambda amount: None
        return

    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as display:
        task = display.add_task(label, total=total)
        yield lambda amount: display.advance(task, amount)


@contextmanager
def show_reading(context: Context) -> Iterator[ShowReading]:
    """Yield a function to call with how far the reading is; a line says so, with its speed."""
    if not _is_shown(context):
        yield lambda progress: None
        return

    from rich.console import Console
    from rich.progress import Progress, TextColumn

    began = time.monotonic()
    column = TextColumn("{task.description}", markup=False)
    with Progress(column, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("")

        def show(progress: ReadingProgress) -> None:
            line = reading_line(progress, time.monotonic() - began)
            display.update(task, description=line)

        yield show


def reading_line(progress: ReadingProgress, seconds: float) -> str:
    """Return the line that says how far the reading is after so many `seconds`."""
    noun = "capture" if progress.captures == 1 else "captures"
    line = f"{progress.captures:,} {noun} read"
    if seconds > 0:
        rate = progress.captures / seconds
        line += f", {rate:,.0f} a second" if rate >= 10 else f", {rate:.1f} a second"
    if progress.share is not None:
        line += f"; {int(progress.share * 100)} % done"
        if 0 < progress.share < 1:
            remaining = seconds * (1 - progress.share) / progress.share
            line += f", {_format_duration(remaining)} left"
    return line


def _format_duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE)} min"


def _is_shown(context: Context) -> bool:
    return context.verbosity >= 0 and sys.stderr.isatty()
