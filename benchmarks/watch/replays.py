"""Replay a real history of a feed: time, memory, cost a capture, and the table of its edits.

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
from onrecord.context import Context


def main() -> None:
    name, file, archive = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    subprocess.run(
        [sys.executable, "-m", "onrecord", "-q", "--archive", str(archive), "init"], check=True
    )
    context, took = Context(archive), []
    made = run_sources.visit

    def timed(*words: object, **how: object) -> RunStats:
        began = time.process_time()
        tally = made(*words, **how)  # type: ignore[arg-type]
        took.append((time.process_time() - began) * 1000)
        return tally

    run_sources.visit = timed
    began = time.perf_counter()
    source = run_sources.source_called(context, name)
    run_sources.scrape(context, [source], CrawlScope(), [file], lambda source, tally: None)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tenth = len(took) // 10
    first, last = (sum(some) / tenth for some in (took[tenth : 2 * tenth], took[-tenth:]))
    print(f"## {name}: {len(took)} captures\n")
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
        for each in sorted(edits, key=lambda edit: edit.when):
            one, two = (version_queries.version(connection, v) for v in (each.before, each.after))
            found = diff_texts(words(one), words(two))
            last = capture_queries.capture(connection, each.capture_before).captured
            sorts = ", ".join(f"{count} {sort}" for sort, count in count_kinds(found))
            shown = f"{cut(found[0].before)} → {cut(found[0].after)}"
            print(
                f"| {each.statement.rpartition('_')[2]} | {last:%m-%d %H:%M} | "
                f"{each.when:%m-%d %H:%M} | {sorts} | {shown} |"
            )


def words(version: Version) -> str:
    return f"{version.reading.title}\n{version.reading.text}"


def cut(text: str) -> str:
    said = " ".join(text.split()[:4]).replace("|", "/")
    return f"{said} …" if len(text.split()) > 4 else said or "∅"


if __name__ == "__main__":
    main()
