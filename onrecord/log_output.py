"""Write what the program logs to stderr, one line each, while a command runs with -v or -vv.

Only the program's own loggers are written; libraries stay as quiet as without -v. What may be
logged is in docs/threat-model.md.
"""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from archive.warc.record_header import strip_control_characters

PACKAGES = ("archive", "index", "onrecord", "scrapers")


class LineFormatter(logging.Formatter):
    """Formats a record as one line: `HH:MM:SS level module: message`, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        clock_time = time.strftime("%H:%M:%S", time.gmtime(record.created))
        line = f"{clock_time} {record.levelname.lower()} {record.name}: {record.getMessage()}"
        return strip_control_characters(line)  # a host's or a file's name may have some


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to what sys.stderr is at the time: a progress bar replaces it while it is shown."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


@contextmanager
def log_to_stderr(*, details: bool) -> Iterator[None]:
    """Write the program's steps to stderr until the block ends, with `details` all of them."""
    handler = StderrHandler()
    handler.setFormatter(LineFormatter())
    loggers = [logging.getLogger(name) for name in PACKAGES]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG if details else logging.INFO)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)
