"""The time that hostile markup takes, at three sizes, each twice the one before.

Run: python benchmarks/hostile.py. The tests count the steps of Python; what regular expressions
and parsers in C do in one step is measured here. Twice the size should take twice the time, not
four times.
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive.errors import FormatError, LimitError
from index.quotes.article.article_text import Article
from index.quotes.article.find_quotations import find_quotations
from scrapers.fetch.classify.classify_response import judge_response
from scrapers.parse.documents.feed_document import parse_feed
from scrapers.parse.parser_limits import check_html, check_xml, prepare_for_lxml

MARKS = ["'", '"', "<a ", "<!--", "<script", '="', "<a b='", "<![CDATA[", "<item>", "&x", "\n<wbr>"]
MARKS += ["</item>", "<item><![CDATA[<!DOCTYPE x>]]>", "<title", "<input ", "&nbsp;", "“", "\n“"]
HTML = (("Content-Type", "text/html"),)
LOGIN = "<html><title>log in</title>verify you are human<input type=password>"

ACTIONS: dict[str, Callable[[str], object]] = {
    "check_html": check_html,
    "check_xml": check_xml,
    "prepare_for_lxml": prepare_for_lxml,
    "parse_feed": lambda markup: parse_feed("https://x.example/", f"<rss><channel>{markup}"),
    "judge_response": lambda markup: judge_response(200, HTML, f"{LOGIN}{markup}".encode()),
    "find_quotations": lambda markup: find_quotations(Article(markup)),
}


def seconds(action: Callable[[str], object], markup: str, rounds: int) -> float:
    """Return the least processor time of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        with suppress(FormatError, LimitError):
            action(markup)
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    """Print a table: the action, the mark that is repeated, and milliseconds at each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--characters", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sizes = [options.characters * factor for factor in (1, 2, 4)]
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print("milliseconds for", *(f"{size:,}" for size in sizes), "characters; growth per doubling")
    for name, action in ACTIONS.items():
        for mark in MARKS:
            times = [seconds(action, mark * (size // len(mark)), options.rounds) for size in sizes]
            growth = (times[-1] / times[0]) ** 0.5 if times[0] else 1.0
            shown = " ".join(f"{1000 * taken:9.2f}" for taken in times)
            print(f"{name:<17} {mark!r:<34} {shown}  {growth:5.2f} x")


if __name__ == "__main__":
    main()
