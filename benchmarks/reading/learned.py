"""How far sources that are learned from three pages read what ours, made by hand, read.

`python -m benchmarks.reading.learned [--write]` learns each page-reading source from its first
three pages in ../shared/web and compares on all of its pages.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from archive.errors import ArchiveError
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body
from scrapers.propose.learn_selectors import learn_selectors
from scrapers.propose.listing_candidates import url_pattern
from scrapers.propose.source_toml import SourceProposal, to_toml
from scrapers.read.reader import read_page
from scrapers.source_format.load_source import load_source, load_sources
from scrapers.source_format.source import Source
from tests.sources.golden import CAPTURES
from tests.support.shared_captures import shared_captures

RESULTS = Path(__file__).parent / "LEARNED.md"
_TAUGHT = 3
_HEAD = "| source | pages | read | title | date | text | what was learned |"


def main(words: Sequence[str]) -> None:
    """Print the table, or write it."""
    rows = [
        "| source | pages | read | title | date | text | what was learned |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for name in CAPTURES:
        source = load_sources()[name]
        if any(layout.reads == "html" for layout in source.layouts):
            rows.append(_row(name, source))
    table = "\n".join(rows) + "\n"
    if "--write" in words:
        before, _, rest = RESULTS.read_text(encoding="utf-8").partition("<!-- table -->\n")
        after = rest.partition("<!-- /table -->")[2]
        RESULTS.write_text(
            f"{before}<!-- table -->\n{table}<!-- /table -->{after}", encoding="utf-8"
        )
    print(table)


def _row(name: str, source: Source) -> str:
    pages: dict[str, FetchedResponse] = {}
    for fetched in shared_captures(CAPTURES[name]):
        if source.is_statement_url(fetched.capture.url) and read_page(fetched, source).readings:
            pages.setdefault(fetched.capture.url, fetched)
    several = list(pages.values())
    taught = several[:_TAUGHT]
    if len(taught) < 2:
        return f"| {name} | {len(several)} | – | – | – | – | one page: nothing to compare |"
    try:
        learned = learn_selectors([(each.capture.url, decode_body(each)) for each in taught])
    except ArchiveError as error:
        return f"| {name} | {len(several)} | – | – | – | – | {error} |"
    said = ", ".join(f"{key} `{value}`" for key, value in learned.rules.items())
    missing = "; ".join(f"**no {key}**" for key in learned.missing)
    if {"title", "text"} - learned.rules.keys():
        return f"| {name} | {len(several)} | 0 | 0 | 0 | 0 | {said} {missing} |"
    found = SourceProposal(
        homepage=source.homepage, publisher=name, languages=source.languages,
        pages=url_pattern([each.capture.url for each in taught]), learned=learned,
    )  # fmt: skip
    counts = [0, 0, 0, 0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "learned.toml")
        path.write_text(to_toml(found), encoding="utf-8")
        mine = load_source(path)
    for fetched in several:
        theirs, ours = read_page(fetched, source).readings[0], read_page(fetched, mine).readings
        if ours:
            days = [each.issued.value[:10] if each.issued else "" for each in (ours[0], theirs)]
            same = (
                True,
                ours[0].title == theirs.title,
                days[0] == days[1],
                ours[0].text == theirs.text,
            )
            counts = [count + each for count, each in zip(counts, same, strict=True)]
    numbers = " | ".join(map(str, counts))
    return f"| {name} | {len(several)} | {numbers} | {said} {missing} |"


if __name__ == "__main__":
    main(sys.argv[1:])
