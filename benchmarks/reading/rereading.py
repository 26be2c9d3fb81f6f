"""Measure a rebuild: pages read again by one core and by two, and one that is killed half-way.

`python -m benchmarks.reading.rereading --pages 10000 [--write]`. The pages are invented: four
publishers, 20–60 kB of HTML each, a tenth of them edited once. Wall time is what the machine gave;
`ratio by work` is all processor time over that of the busiest core there can be: it does not depend
on what else the machine does.
"""

import argparse
import json
import os
import platform
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from archive.archive_folder import create_archive
from archive.catalogue.stored_texts.text_codec import TextCodec
from archive.log.exchange_logger import MerkleExchangeLog
from archive.log.signed_log import Log
from archive.models import Outcome, Role
from archive.sandbox.pool import sandboxes
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from archive.warc.write.store import WarcStore
from onrecord import AGENT
from onrecord.collect.rebuild import rebuild
from onrecord.command_context import Context
from onrecord.settings import settings_template

RESULTS = Path(__file__).with_name("RESULTS.md")
PUBLISHERS = ("alba", "borea", "cinna", "delos")
START = datetime(2024, 3, 5, tzinfo=UTC)
_WORDS = re.findall(
    r"\w+",
    "the of and that is to in for on with as by from at this which were have been not must"
    " every authorities detention families lawyers journalists judges ministry protest border"
    " statement release without charge trial access rights treaty report independent"
    " investigation witnesses called urged noted recalled denied refused regretted welcomed"
    " yesterday Tuesday March capital",
)

SOURCE = """
title = "{name}"
publisher = "{name}"
issuer = "{name}"
homepage = "https://{name}.example/"
languages = ["en"]
licence = "invented"
kind = "statement"
pages = 'https://{name}\\.example/news/\\d+'

[[layouts]]
version = 1
reads = "html"
identity = "article .{name}-ref"
title = "article h1"
issued = "article time @datetime"
text = "article .{name}-body"
drop = ".share"
"""


def words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))


def page(name: str, number: int, edition: int) -> bytes:
    """Return a page of 20–60 kB: an article, and around it what sites put around articles."""
    chance = random.Random(f"{name}/{number}")
    title = words(chance, 9).capitalize()
    paragraphs = [words(chance, chance.randint(30, 120)).capitalize() + "." for _ in range(10)]
    paragraphs[3] += " This was corrected." * edition
    menu = "".join(
        f'<li class="menu__item menu__item--{n % 7}"><a class="menu__link" href="/{n}/{number}">'
        f"{words(chance, 3)}</a></li>"
        for n in range(chance.randint(60, 180))
    )
    cards = "".join(
        f'<div class="card"><a href="/news/{n}"><img src="/i/{n}.jpg" alt=""><h3>'
        f"{words(chance, 8)}</h3></a><p>{words(chance, 25)}</p></div>"
        for n in range(chance.randint(10, 40))
    )
    script = ";".join(f"var v{n}={chance.random()}" for n in range(chance.randint(100, 400)))
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | {name}'
        f"</title><style>{'.x{margin:0}' * 200}</style><script>{script}</script></head><body>"
        f'<header><nav><ul class="menu">{menu}</ul></nav></header><main><article>'
        f'<p class="{name}-ref">{name.upper()}/{number}</p><h1>{title}</h1>'
        f'<time datetime="2024-03-04">4 March 2024</time><div class="{name}-body">{body}'
        f'<div class="share"><a href="#">Share</a></div></div></article><aside>{cards}</aside>'
        f'</main><footer><ul class="menu">{menu}</ul></footer></body></html>'
    ).encode()


def make_archive(folder: Path, pages: int) -> int:
    """Make an archive of `pages` captures; return how many bytes of HTML it holds."""
    home = create_archive(folder, settings_template())
    for name in PUBLISHERS:
        (home.sources / f"{name}.toml").write_text(SOURCE.format(name=name), encoding="utf-8")
    size = 0
    with Log.create(home.log, home.keys, origin="onrecord.example/benchmark", when=START) as log:
        exchange_log = MerkleExchangeLog(log, home.warc)
        with WarcStore(home.warc, software=AGENT, log=exchange_log) as store:
            for number in range(pages):
                size += capture(store, number)
        log.checkpoint()
    return size


def capture(store: WarcStore, number: int) -> int:
    """Store a page; each tenth is an earlier one, edited. Return its size in bytes."""
    name = PUBLISHERS[number // 10 % len(PUBLISHERS)]
    edition, first = int(number % 10 == 9), number - number % 10
    which = first if edition else number
    html = page(name, which, edition)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(html)}"
    request = f"GET /news/{which} HTTP/1.1\r\nHost: {name}.example\r\n\r\n"
    exchange = Exchange(
        url=f"https://{name}.example/news/{which}",
        started=START + timedelta(seconds=number),
        request=request.encode(),
        response=f"{head}\r\n\r\n".encode() + html,
    )
    store.add(exchange, CaptureMetadata(role=Role.PAGE, outcome=Outcome.OK, source=name))
    return len(html)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one rebuild cost."""

    what: str
    pages: int
    seconds: float  # by the clock
    parent: float  # seconds of processor time
    readers: tuple[float, ...]  # likewise, each
    memory: int  # bytes, of the process that records, at most …
    reader_memory: int  # … and of the reader that took the most
    digest: str  # of everything in the catalogue

    @property
    def work(self) -> float:
        return self.parent + sum(self.readers)

    def least(self, cores: int) -> float:
        """Return the seconds that this takes on so many idle cores: no process is in two places."""
        return max(self.work / cores, self.parent, *self.readers)


def run(folder: Path, jobs: int, cores: int) -> None:
    """Rebuild in this process, on so many cores, and print what it cost."""
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:cores]))
    began, at = time.perf_counter(), time.process_time()
    tally = rebuild(Context(folder, verbosity=-1), lambda path: None, jobs)
    seconds, parent = time.perf_counter() - began, time.process_time() - at
    pids = [each.pid for each in sandboxes(jobs) if each.pid]
    told = {
        "pages": sum(tally.captures.values()),
        "seconds": seconds,
        "parent": parent,
        "readers": [_processor_time(pid) for pid in pids],
        "memory": _memory(os.getpid()),
        "reader_memory": max(map(_memory, pids)),
    }
    print(json.dumps(told))


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def measured(what: str, folder: Path, jobs: int, cores: int) -> Measured:
    """Return what a rebuild in a process of its own cost."""
    done = subprocess.run(_words(folder, jobs, cores), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    found = Measured(what, **told | {"readers": tuple(told["readers"])}, digest=_digest(folder))
    print(row(found, cores), flush=True)
    return found


def killed(folder: Path, jobs: int, pages: int) -> int:
    """Begin a rebuild and kill it when half is committed; return how many captures were."""
    half_made = folder / "catalogue.new.sqlite"
    with subprocess.Popen(_words(folder, jobs, 2), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and _captures(half_made) < pages // 2:
            time.sleep(0.1)
        process.kill()
    return _captures(half_made)


def _words(folder: Path, jobs: int, cores: int) -> list[str]:
    program = [sys.executable, "-m", "benchmarks.reading.rereading", "--rebuild", str(folder)]
    return [*program, "--jobs", str(jobs), "--cores", str(cores)]


def _captures(catalogue: Path) -> int:
    if not catalogue.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)) as connection:
            count: int = connection.execute("SELECT count(*) FROM capture").fetchone()[0]
            return count
    except sqlite3.OperationalError:
        return 0  # not begun yet


_ARRIVAL = ("arrival", "seq")


def _digest(folder: Path) -> str:
    """Return a digest of what was read; numbers of arrival go on from one rebuild to the next."""
    digest = sha256()
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        TextCodec(connection)
        connection.row_factory = sqlite3.Row
        for table in ("capture", "statement", "version", "sighting", "event"):
            for each in connection.execute(f"SELECT * FROM {table}"):
                values = {name: each[name] for name in each.keys() if name not in _ARRIVAL}  # noqa: SIM118
                digest.update(repr(values).encode())
        for table in ("version_text", "layer"):
            query = f"SELECT sha256, plain_text(text) FROM {table} ORDER BY sha256"
            for each in connection.execute(query):
                digest.update(repr(tuple(each)).encode())
    return digest.hexdigest()


HEAD = """\
| rebuild | pages | seconds | pages/s | CPU, recording | CPU, each reading | at least |\
 MiB: recording, each reading |
|---|--:|--:|--:|--:|--:|--:|--:|"""


def row(found: Measured, cores: int) -> str:
    readers = ", ".join(f"{each:.1f}" for each in found.readers)
    return (
        f"| {found.what} | {found.pages:,} | {found.seconds:.1f}"
        f" | {found.pages / found.seconds:.0f} | {found.parent:.1f} | {readers}"
        f" | {found.least(cores):.1f} | {found.memory >> 20}, {found.reader_memory >> 20} |"
    )


def compared(folder: Path, pages: int, size: int) -> str:
    """Measure one core, two, and two after a kill; return the table and what follows from it."""
    one = measured("one core", folder, 1, 1)
    two = measured("two cores", folder, 2, 2)
    done = killed(folder, 2, pages)
    rest = measured(f"two cores, killed after {done:,}", folder, 2, 2)
    assert one.digest == two.digest == rest.digest, "the catalogues differ"
    clock, work = one.seconds / two.seconds, one.work / two.least(2)
    lines = [
        *(HEAD, row(one, 1), row(two, 2), row(rest, 2), ""),
        f"{pages:,} captures of {size / pages / 1000:.0f} kB; the three catalogues are the same,",
        f"row for row. Two cores by one: **{clock:.2f} ×** by the clock, **{work:.2f} ×** by work;",
        f"{two.parent / two.work:.0%} of that is recording.",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    parser.add_argument("--rebuild", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=2, help=argparse.SUPPRESS)
    parser.add_argument("--cores", type=int, default=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.rebuild:
        run(given.rebuild, given.jobs, given.cores)
        return
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        archive = Path(folder) / "archive"
        told = compared(archive, given.pages, make_archive(archive, given.pages))
    print(told)
    if given.write:
        start, _, rest = RESULTS.read_text(encoding="utf-8").partition("<!-- rereading -->\n")
        _, _, end = rest.partition("<!-- /rereading -->\n")
        whole = f"{start}<!-- rereading -->\n{told}\n<!-- /rereading -->\n{end}"
        RESULTS.write_text(whole, encoding="utf-8")


if __name__ == "__main__":
    main()
