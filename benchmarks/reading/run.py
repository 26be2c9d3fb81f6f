"""Measure the generic reader beside trafilatura's own modes, on pages with their true text.

    python -m benchmarks.reading.run [--shared ../shared] [--write]

All readers take turns on each page, in one process; speed is pages per second of processor time.
"""

import argparse
import gzip
import json
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import trafilatura
from trafilatura.settings import Document

from benchmarks.reading.measure import Score, Scores, score, summed_up
from scrapers.extract.generic_reader import article_text

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("RESULTS.md")
Reader = Callable[[str], str]


def trafilatura_in(**mode: bool) -> Reader:
    """Return trafilatura's reader in one of its modes."""

    def read(markup: str) -> str:
        found = trafilatura.bare_extraction(
            markup, include_comments=False, with_metadata=False, **mode
        )
        return found.text or "" if isinstance(found, Document) else ""

    return read


READERS: dict[str, Reader] = {
    "OnRecord, generic reader": article_text,
    "trafilatura, precision": trafilatura_in(favor_precision=True),
    "trafilatura, fast": trafilatura_in(fast=True),
    "trafilatura": trafilatura_in(),
    "trafilatura, recall": trafilatura_in(favor_recall=True),
}


def pages(folder: Path) -> dict[str, tuple[str, str]]:
    """Return each page's mark-up and true text."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return {
        key: (
            gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()).decode(
                "utf-8", "replace"
            ),
            true["articleBody"],
        )
        for key, true in truth.items()
    }


def measured(folder: Path) -> dict[str, tuple[Scores, float]]:
    """Return each reader's scores and its pages per second of processor time."""
    scores: dict[str, list[Score]] = {name: [] for name in READERS}
    seconds = dict.fromkeys(READERS, 0.0)
    names = list(READERS)
    for read in READERS.values():
        read("<p>Warm up.</p>")  # first imports are nobody's pages
    found = pages(folder)
    for number, (markup, true) in enumerate(found.values()):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            began = time.process_time()
            text = READERS[name](markup)
            seconds[name] += time.process_time() - began
            scores[name].append(score(true, text))
    return {name: (summed_up(scores[name]), len(found) / seconds[name]) for name in READERS}


def table(results: dict[str, tuple[Scores, float]]) -> str:
    """Return the results in Markdown."""
    rows = [
        f"| {name} | {s.precision:.4f} | {s.recall:.4f} | **{s.f1:.4f}** | {s.exact:.1%} |"
        f" {s.empty} | {speed:.1f} |"
        for name, (s, speed) in results.items()
    ]
    head = "| reader | precision | recall | F1 | exactly right | empty | pages per CPU-second |"
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|--:|", *rows])


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = os.environ.get("ONRECORD_SHARED", str(ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    given = parser.parse_args()
    told = table(measured(given.shared / "extract" / "scrapinghub"))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    where = f"trafilatura {version('trafilatura')}, lxml {version('lxml')}; {machine}"
    print(f"{told}\n\n{where}")
    if given.write:
        start, _, rest = RESULTS.read_text(encoding="utf-8").partition("<!-- table -->\n")
        _, _, end = rest.partition("<!-- /table -->\n")
        RESULTS.write_text(
            f"{start}<!-- table -->\n{told}\n\n{where}\n<!-- /table -->\n{end}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
