"""The time that hostile content codings, chunks, heads, style sheets, pages and JSON take, by size.

Run: python benchmarks/decoding.py. Each is twice as large as the one before; twice the size should
take twice the time, not four times. "refused" is a limit of ours. Bodies that are coded several
times are much smaller on the wire than the size that is printed.
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive.errors import FormatError, LimitError
from archive.warc.content_codings import remove_codings
from archive.warc.parse_http import MAX_BODY_BYTES, decode_chunked
from onrecord.web.replay.sanitise import rewrite_sheet, sanitise_page
from scrapers.parse.parser_limits import check_json
from tests.support.hostile_codings import (
    CHUNKS,
    HEADERS,
    JSONS,
    PAGES,
    SHEETS,
    header_of,
    hostile_bodies,
)

Action = Callable[[], object]


def actions(size: int) -> dict[str, Action]:
    """Return what is measured, by name, for inputs of about `size` bytes or characters."""
    measured: dict[str, Action] = {}
    for name, (coding, body) in hostile_bodies(size).items():
        codings = tuple(coding.split(", "))
        measured[f"coding: {name}"] = partial(remove_codings, body, codings, MAX_BODY_BYTES)
    for name, unit in CHUNKS.items():
        measured[f"chunked: {name}"] = partial(decode_chunked, unit * (size // len(unit)))
    for name, unit in HEADERS.items():
        block = b"HTTP/1.1 200 OK\r\nX: 1\r\n" + unit * (size // len(unit)) + b"\r\n"
        measured[f"head: {name}"] = partial(header_of, block, "X")
    for mark in SHEETS:
        text = mark * (size // len(mark))
        measured[f"sheet: {mark!r}"] = partial(rewrite_sheet, text, "https://a.example/", "2024")
    for mark in PAGES:
        markup = mark * (size // len(mark))
        measured[f"page: {mark!r}"] = partial(sanitise_page, markup, "https://a.example/", "2024")
    for mark in JSONS:
        measured[f"json: {mark!r}"] = partial(check_json, mark * (size // len(mark)))
    return measured


def measure(action: Action) -> tuple[float, str]:
    """Return the processor time in seconds, and "refused" where a limit was exceeded."""
    start = time.process_time()
    try:
        action()
    except (FormatError, LimitError):
        return time.process_time() - start, "refused"
    return time.process_time() - start, ""


def main() -> None:
    """Print a table: what is read, and milliseconds at each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=125_000)
    options = parser.parse_args()
    sizes = [options.bytes * factor for factor in (1, 2, 4, 8)]
    columns = [actions(size) for size in sizes]
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print("milliseconds for", *(f"{size:,}" for size in sizes), "bytes; growth per doubling")
    for name in columns[0]:
        results = [measure(column[name]) for column in columns]
        times = [seconds for seconds, _ in results]
        growth = (times[-1] / times[0]) ** (1 / 3) if times[0] else 1.0
        shown = " ".join(f"{1000 * seconds:9.2f}" for seconds in times)
        print(f"{name:<42} {shown}  {growth:5.2f} x  {results[-1][1]}")


if __name__ == "__main__":
    main()
