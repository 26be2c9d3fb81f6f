"""Replay a real feed history: measure time, memory and cost per capture; print its edits.

Usage: python -m benchmarks.watch.replays SOURCE FILE.warc.gz ARCHIVE
"""

import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

from archive.catalogue import capture_queries, version_queries
from archive.catalogue.monitoring import news_items
from archive.models import Version
from archive.text.diff import count_kinds, diff_texts
from onrecord.collect import run_sources
from onrecord.collect.crawl import CrawlScope
from onrecord.collect.ingest import RunStats
from onrecord.command_context import Context


def main() -> None:
    name, file, archive = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    subprocess.run(
        [sys.executable, "-m", "onrecord", "-q", "--archive", str(archive), "init"], check=True
    )
    context, milliseconds = Context(archive), []
    original_crawl = run_sources.crawl

    def timed_crawl(*arguments: object, **options: object) -> RunStats:
        started = time.process_time()
        stats = original_crawl(*arguments, **options)  # type: ignore[arg-type]
        milliseconds.append((time.process_time() - started) * 1000)
        return stats

    run_sources.crawl = timed_crawl
    started = time.perf_counter()
    source = run_sources.find_source(context, name)
    run_sources.scrape(context, [source], CrawlScope(), [file], lambda source, stats: None)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tenth = len(milliseconds) // 10
    first, last = (
        sum(slice_ms) / tenth
        for slice_ms in (milliseconds[tenth : 2 * tenth], milliseconds[-tenth:])
    )
    print(f"## {name}: {len(milliseconds)} captures\n")
    print(
        f"Python {platform.python_version()}: {seconds:.0f} s, {memory:.0f} MB at most; "
        f"{first:.0f} ms of processor time a capture in the second tenth, "
        f"{last:.0f} ms in the last\n"
    )
    table(context)


def table(context: Context) -> None:
    with context.catalogue() as connection:
        edits = news_items.news(connection, kinds=["edit"])
        print(
            f"{len(edits)} edits\n\n| statement | before | after | sorts | change |\n"
            "| --- | --- | --- | --- | --- |"
        )
        for item in sorted(edits, key=lambda edit: edit.when):
            before, after = (
                version_queries.version(connection, v) for v in (item.before, item.after)
            )
            changes = diff_texts(text_of(before), text_of(after), after.reading.lang)
            last = capture_queries.capture(connection, item.capture_before).captured
            kinds = ", ".join(f"{count} {kind}" for kind, count in count_kinds(changes))
            change = f"{truncate(changes[0].before)} → {truncate(changes[0].after)}"
            print(
                f"| {item.statement.rpartition('_')[2]} | {last:%m-%d %H:%M} | "
                f"{item.when:%m-%d %H:%M} | {kinds} | {change} |"
            )


def text_of(version: Version) -> str:
    return f"{version.reading.title}\n{version.reading.text}"


def truncate(text: str) -> str:
    words_shown = " ".join(text.split()[:4]).replace("|", "/")
    return f"{words_shown} …" if len(text.split()) > 4 else words_shown or "∅"


if __name__ == "__main__":
    main()
