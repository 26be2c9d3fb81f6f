"""Measure a rebuild of archives of real pages and feeds, with trafilatura in turn.

    python -m benchmarks.reading.real_archives [--shared ../shared] [--other PROGRAM]… [--write]

Three archives, each at two sizes: pages that built-in sources read, pages that the generic reader
reads, and captures of a feed. The time of a capture is the difference in processor time (user and
system, of all processes) between the sizes, so that start-up is no part of it. PROGRAM is another
checkout with its environment in .venv: both take turns in one run, and only ratios compare.
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import trafilatura

from archive.archive_folder import ArchiveFolder, create_archive
from archive.errors import ArchiveError
from archive.log.exchange_logger import MerkleExchangeLog
from archive.log.signed_log import Log
from archive.models import Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges
from archive.warc.record_builder import Exchange
from archive.warc.write.store import WarcStore
from benchmarks.reading.rereading import START
from onrecord import AGENT
from onrecord.settings import settings_template
from scrapers.source_format.load_source import load_sources

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("RESULTS.md")
FEED = "state.gov-feed-2022.warc.gz"
FEED_SOURCE = "state_gov"
MEASUREMENTS = 3  # the best counts


@dataclass(frozen=True, slots=True)
class Capture:
    """A response to be stored, with the source that reads it; "" for the generic reader."""

    url: str
    response: bytes
    source: str
    captured: datetime
    role: Role = Role.PAGE


@dataclass(frozen=True, slots=True)
class Cost:
    """What a rebuild cost: captures, processor seconds of all its processes, bytes of memory.

    `memory` is of the process that records, `reader_memory` of the reader that took the most.
    """

    captures: int
    work: float
    seconds: float
    parent: float
    memory: int
    reader_memory: int


@dataclass(frozen=True, slots=True)
class Best:
    """The least that a capture took in seconds of work, and a rebuild by one and two readers."""

    seconds: float = 9.9
    one: float = 9e9
    two: float = 9e9
    memory: int = 0
    reader_memory: int = 0

    def with_measured(self, seconds: float, one: Cost, two: Cost) -> "Best":
        """Return the best of this and one measurement more; of memory, the most."""
        return Best(
            min(self.seconds, seconds),
            min(self.one, one.seconds),
            min(self.two, two.seconds),
            max(self.memory, one.memory, two.memory),
            max(self.reader_memory, one.reader_memory, two.reader_memory),
        )

    def row(self, reference: float) -> str:
        """Return the cells of a table; `reference` is trafilatura's time for a page."""
        return (
            f"{self.seconds * 1000:.2f} | {1 / self.seconds:.0f} | {reference / self.seconds:.2f}"
            f" | {self.one / self.two:.2f} | {self.memory >> 20}, {self.reader_memory >> 20}"
        )


def web_captures(shared: Path) -> Iterator[tuple[ArchivedExchange, str]]:
    """Yield the pages of ../shared/web and html, with the source that claims each."""
    sources = load_sources(ArchiveFolder(Path("none")).sources).values()
    for path in sorted([*shared.glob("web/*.warc.gz"), *shared.glob("html/*.warc.gz")]):
        if "-feed-" in path.name:
            continue
        for exchange in read_exchanges(path):
            if exchange.kind == "response" and b"<html" in exchange.block[:20_000].lower():
                claims = (s.name for s in sources if s.is_statement_url(exchange.url))
                yield exchange, next(claims, "")


def source_pages(shared: Path) -> list[Capture]:
    return [
        Capture(exchange.url, exchange.block, source, exchange.captured)
        for exchange, source in web_captures(shared)
        if source
    ]


def generic_pages(shared: Path) -> list[Capture]:
    pages = [
        Capture(exchange.url, exchange.block, "", exchange.captured)
        for exchange, source in web_captures(shared)
        if not source
    ]
    for path in sorted((shared / "extract/scrapinghub/html").glob("*.html.gz")):
        html = gzip.decompress(path.read_bytes())
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(html)}\r\n\r\n"
        url = f"https://{path.stem[:40]}.example/1"
        pages.append(Capture(url, head.encode() + html, "", START))
    return pages


def feed_captures(shared: Path) -> list[Capture]:
    return [
        Capture(exchange.url, exchange.block, FEED_SOURCE, exchange.captured, Role.LISTING)
        for exchange in read_exchanges(shared / "web" / FEED)
        if exchange.kind == "response"
    ]


def make_archive(folder: Path, captures: Iterable[Capture]) -> None:
    """Make an archive of `captures`; copies of one are a minute apart."""
    home = create_archive(folder, settings_template())
    with (
        Log.create(home.log, home.keys, origin="onrecord.example/benchmark", when=START) as log,
        WarcStore(home.warc, software=AGENT, log=MerkleExchangeLog(log, home.warc)) as store,
    ):
        for number, capture in enumerate(captures):
            exchange = Exchange(
                url=capture.url,
                started=capture.captured + timedelta(minutes=number // 100),
                request=b"GET / HTTP/1.1\r\n\r\n",
                response=capture.response,
            )
            facts = CaptureMetadata(role=capture.role, outcome=Outcome.OK, source=capture.source)
            store.add(exchange, facts)
        log.checkpoint()


def rebuild(program: Path, archive: Path, jobs: int) -> Cost:
    """Rebuild `archive` from its WARC files alone, by the program in the folder `program`."""
    for name in ("catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        with suppress(FileNotFoundError):
            (archive / name).unlink()
    python = program / ".venv/bin/python"
    words = [str(python if python.exists() else sys.executable), "-m"]
    words += ["benchmarks.reading.rereading", "--rebuild", str(archive)]
    words += ["--jobs", str(jobs), "--cores", str(max(jobs, 1))]
    result = subprocess.run(words, cwd=program, capture_output=True, text=True, check=True)
    told = json.loads(result.stdout.splitlines()[-1])
    work = told["parent"] + sum(told["readers"])
    memory = told["memory"], told.get("reader_memory", 0)
    return Cost(told["pages"], work, told["seconds"], told["parent"], *memory)


def per_capture(program: Path, small: Path, large: Path, jobs: int) -> tuple[float, Cost]:
    """Return the processor seconds of a capture, and the cost of the larger rebuild."""
    few, many = rebuild(program, small, jobs), rebuild(program, large, jobs)
    return (many.work - few.work) / (many.captures - few.captures), many


def trafilatura_seconds(captures: list[Capture]) -> float:
    """Return the processor seconds that trafilatura's default takes for a page."""
    pages = [c.response.partition(b"\r\n\r\n")[2].decode("utf-8", "replace") for c in captures]
    began = time.process_time()
    for page in pages:
        with suppress(ArchiveError, ValueError):
            trafilatura.bare_extraction(page, with_metadata=False)
    return (time.process_time() - began) / len(pages)


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = os.environ.get("ONRECORD_SHARED", str(ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--other", type=Path, action="append", default=[], metavar="PROGRAM")
    parser.add_argument("--only", choices=["source", "generic", "feed"], action="append")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    given = parser.parse_args()
    programs = {"this program": ROOT} | {path.name: path for path in given.other}
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        told = table(given.shared, programs, Path(folder), given.only)
    print(told)
    if given.write:
        start, _, rest = RESULTS.read_text(encoding="utf-8").partition("<!-- real -->\n")
        _, _, end = rest.partition("<!-- /real -->\n")
        whole = f"{start}<!-- real -->\n{told}\n<!-- /real -->\n{end}"
        RESULTS.write_text(whole, encoding="utf-8")


def table(shared: Path, programs: dict[str, Path], folder: Path, only: list[str] | None) -> str:
    """Return the measurements in Markdown."""
    generic, feed = generic_pages(shared), feed_captures(shared)
    archives = {
        "source": (source_pages(shared) * 2, source_pages(shared) * 8),
        "generic": (generic, generic * 3),
        "feed": (list(islice(feed, len(feed) // 4)), feed),
    }
    lines = [
        "| archive | program | ms a capture | captures/s of a core | × trafilatura |"
        " two jobs by one | MiB: recording, each reading |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for kind, (few, many) in archives.items():
        if only and kind not in only:
            continue
        small, large = folder / f"{kind}-few", folder / f"{kind}-many"
        make_archive(small, few)
        make_archive(large, many)
        reference, found = 9.9, {name: Best() for name in programs}
        for _ in range(MEASUREMENTS):
            reference = min(reference, trafilatura_seconds(generic))
            for name, program in programs.items():
                seconds, one = per_capture(program, small, large, 1)
                found[name] = found[name].with_measured(seconds, one, rebuild(program, large, 2))
        lines += [
            f"| {kind}, {len(many):,} captures | {name} | {best.row(reference)} |"
            for name, best in found.items()
        ]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    versions = f"trafilatura {version('trafilatura')}, lxml {version('lxml')}"
    return "\n".join([*lines, "", f"{versions}; {machine}; the best of {MEASUREMENTS}"])


if __name__ == "__main__":
    main()
