"""Measure the days that the generic reader dates pages by, on pages whose address has the day.

    python -m benchmarks.reading.dates [--shared ../shared] [--verbose] [--write]

The address is hidden from the reader, so that only what the page states, or a guess from its
markup, counts; the third row is as users have it, where the address says on which side of midnight
a time in UTC is; in the fourth the page has no metadata but its title, so that print and `<time>`
alone count. Beside it stands htmldate. A page whose address has no day counts where `days.json`
beside this file has one, looked up by a person in what the page prints.
"""

import argparse
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import htmldate
from fastwarc.warc import ArchiveIterator, WarcRecordType
from lxml.html import HtmlElement

from archive.errors import ArchiveError
from scrapers.extract.publication_date import day_of_address, find_publication_date
from scrapers.parse.decode import decode_body
from scrapers.parse.html.html_tree import parse_html
from tests.support.shared_captures import capture

ROOT = Path(__file__).parents[2]
HIDDEN = "https://hidden.example/"
RESULTS = Path(__file__).with_name("RESULTS.md")
DAYS: dict[str, str] = json.loads(Path(__file__).with_name("days.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the day it was published, "" where that is not known."""

    url: str
    markup: str
    day: str


@dataclass
class Tally:
    """How many pages were dated rightly and wrongly."""

    right: int = 0
    wrong: int = 0

    def add(self, day: str, true: str) -> None:
        """Count one page; no date counts as neither."""
        if day:
            self.right += day == true
            self.wrong += day != true

    def row(self, name: str, pages: int) -> str:
        """Return a row of the table."""
        precision = self.right / max(1, self.right + self.wrong)
        return (
            f"| {name} | {self.right} | {self.wrong} | {precision:.3f} | {self.right / pages:.3f} |"
        )


def pages(shared: Path) -> Iterator[Page]:
    """Yield every HTML page of the shared folders whose day is known."""
    for page in _all_pages(shared):
        if page.day:
            yield page


def _all_pages(shared: Path) -> Iterator[Page]:
    for path in sorted([*(shared / "html").glob("*.warc.gz"), *(shared / "web").glob("*.warc.gz")]):
        if "-feed-" in path.name:
            continue
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                url = record.headers["WARC-Target-URI"]
                kind = record.http_headers.get("Content-Type", "") if record.http_headers else ""
                body = record.reader.read()
                if "html" in kind or body.lstrip()[:1] == b"<":
                    yield _page(url, decode_body(capture(url, body, Content_Type=kind)))
    folder = shared / "extract" / "scrapinghub"
    for key, true in json.loads((folder / "ground-truth.json").read_text("utf-8")).items():
        data = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        yield _page(true["url"], data.decode("utf-8", "replace"))


def _page(url: str, markup: str) -> Page:
    return Page(url, markup, DAYS.get(url) or day_of_address(url))


def measured(shared: Path, *, verbose: bool = False) -> str:
    """Return the results in Markdown."""
    stated, both, used, printed, other = Tally(), Tally(), Tally(), Tally(), Tally()
    count = 0
    for page in pages(shared):
        try:
            root = parse_html(page.markup)
            issued = find_publication_date(root, HIDDEN, page.markup)
            addressed = find_publication_date(root, page.url, page.markup)
        except ArchiveError:
            continue
        count += 1
        day = issued.value[:10] if issued else ""
        both.add(day, page.day)
        if addressed and not addressed.is_guess:
            used.add(addressed.value[:10], page.day)
        if issued and not issued.is_guess:
            stated.add(day, page.day)
        alone = find_publication_date(_strip_metadata(root), HIDDEN, page.markup)
        if alone and not alone.is_guess:
            printed.add(alone.value[:10], page.day)
        other.add(_by_htmldate(page.markup), page.day)
        if verbose and day != page.day:
            print(page.day, day or "none", issued, page.url)
    rows = [
        stated.row("OnRecord, stated", count),
        both.row("OnRecord, with guesses", count),
        used.row("OnRecord, stated, with the address", count),
        printed.row("OnRecord, stated, without metadata", count),
        other.row(f"htmldate {version('htmldate')}, fast", count),
    ]
    head = f"| days of {count} pages | right | wrong | precision | recall |"
    return "\n".join([head, "|---|--:|--:|--:|--:|", *rows])


def _strip_metadata(root: HtmlElement) -> HtmlElement:
    """Return the page without JSON-LD, meta elements and microdata, but with its title."""
    for element in [*root.iter("script", "meta", "link")]:
        is_title = element.get("property") == "og:title" or element.get("rel") == "canonical"
        if not is_title and element.getparent() is not None:
            element.drop_tree()
    for element in root.xpath("//*[@itemprop]"):
        del element.attrib["itemprop"]
    return root


def _by_htmldate(markup: str) -> str:
    try:
        return htmldate.find_date(markup, original_date=True, extensive_search=False) or ""
    except ValueError:
        return ""


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = os.environ.get("ONRECORD_SHARED", str(ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--verbose", action="store_true", help="print each page that is not right")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    given = parser.parse_args()
    table = measured(given.shared, verbose=given.verbose)
    print(table)
    if given.write:
        start, _, rest = RESULTS.read_text(encoding="utf-8").partition("<!-- dates -->\n")
        _, _, end = rest.partition("<!-- /dates -->\n")
        RESULTS.write_text(f"{start}<!-- dates -->\n{table}\n<!-- /dates -->\n{end}", "utf-8")


if __name__ == "__main__":
    main()
