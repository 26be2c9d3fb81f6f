"""Measure how fast captures of real publishers are read, feed after feed and page after page.

python -m benchmarks.reading.sources [--write]
"""

import argparse
import time
from pathlib import Path

from scrapers.read.reader import discover, read_page
from scrapers.source_format.load_source import load_sources
from tests.sources.golden import CAPTURES
from tests.support.shared_captures import shared_captures

RESULTS = Path(__file__).with_name("RESULTS.md")


def measured(name: str, captures: str) -> str:
    """Return a row of the table: captures, readings, statements, texts, seconds."""
    source = load_sources()[name]
    listings = set(source.listing_urls())
    found, asked, seconds = [], 0, 0.0
    for fetched in shared_captures(captures):
        url = fetched.capture.url
        if not source.is_statement_url(url) and url not in listings:
            continue
        asked += 1
        began = time.process_time()
        read = (read_page if source.is_statement_url(url) else discover)(fetched, source)
        seconds += time.process_time() - began
        found += read.readings
    statements = {reading.identifier for reading in found}
    texts = {(reading.identifier, reading.text_sha256) for reading in found}
    return f"| {name} | {asked} | {len(found)} | {len(statements)} | {len(texts)} | {seconds:.2f} |"


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    rows = [measured(name, captures) for name, captures in CAPTURES.items()]
    head = "| source | captures | readings | statements | texts | CPU-seconds |"
    told = "\n".join([head, "|---|--:|--:|--:|--:|--:|", *rows])
    print(told)
    if parser.parse_args().write:
        start, _, rest = RESULTS.read_text(encoding="utf-8").partition("<!-- sources -->\n")
        _, _, end = rest.partition("<!-- /sources -->\n")
        RESULTS.write_text(
            f"{start}<!-- sources -->\n{told}\n<!-- /sources -->\n{end}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
