"""10,000 saved queries against each new statement: how much processor time does one take?

Usage: python -m benchmarks.watch.queries ARCHIVE   (any archive with statements)
"""

import platform
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from archive.catalogue import version_queries
from archive.catalogue.database import transaction
from index.engine import Document
from index.normalise import words_of
from index.query_parser import parse
from onrecord.watch.alerts import document_of
from onrecord.watch.matcher import Matcher, Text, matches

QUERIES, STATEMENTS, COMPARED = 10_000, 100, 2


def main() -> None:
    chance = random.Random(11)
    with transaction(Path(sys.argv[1]) / "catalogue.sqlite") as connection:
        every = [document_of(version) for _, version in version_queries.all_versions(connection)]
    chance.shuffle(every)
    new, old = every[:STATEMENTS], every[STATEMENTS:] or every
    rare = rare_words(every)
    nodes = [(number, parse(query(chance, old, rare)).root) for number in range(QUERIES)]
    began = time.process_time()
    matcher = Matcher(nodes)
    # The queries are indexed for a language when its first text comes.
    languages = {document.lang: document for document in new}
    told = [matcher.answered_by(document) for document in languages.values()]
    ready = time.process_time() - began
    took = []
    for document in new:
        began = time.process_time()
        told.append(matcher.answered_by(document))
        took.append((time.process_time() - began) * 1000)
    began = time.process_time()
    for document in new[:COMPARED]:
        text = Text(document)
        one_by_one = [number for number, node in nodes if matches(node, text)]
        assert one_by_one == matcher.answered_by(document)
    naive = (time.process_time() - began) * 1000 / COMPARED
    told = told[len(languages) :]
    shares = f"{statistics.mean(map(len, told)):.0f} queries match on average"
    longest = [(len(d.text.split()), ms) for d, ms in zip(new, took, strict=True)]
    for low, high in ((0, 500), (500, 2000), (2000, 10**6)):
        some = [ms for length, ms in longest if low <= length < high]
        if some:
            print(
                f"{low}–{high} words: {len(some)} statements, median "
                f"{statistics.median(some):.1f} ms, most {max(some):.1f} ms"
            )
    words = statistics.median(len(document.text.split()) for document in new)
    print(
        f"{platform.python_version()} on {platform.machine()}, {QUERIES} queries of six sorts, "
        f"{len(new)} statements of {words:.0f} words (median)"
    )
    print(
        f"index of queries made for {len(languages)} languages in {ready:.2f} s; "
        f"each statement: median {statistics.median(took):.2f} ms, "
        f"95 % {sorted(took)[len(took) * 95 // 100]:.2f} ms, "
        f"most {max(took):.2f} ms; {shares}"
    )
    print(f"one query after another: {naive:.0f} ms, the same answers")


def query(chance: random.Random, documents: list[Document], rare: set[str]) -> str:
    """Return a query of words that a statement really has, of one of six sorts.

    Each has a word that is in fewer than a tenth of the statements: people watch for something.
    """
    while True:
        words = [w for w in chance.choice(documents).text.split() if w.isalpha() and w.isascii()]
        places = [at for at in range(len(words) - 5) if words[at].lower() in rare]
        if places:
            break
    at = chance.choice(places)
    some = words[at : at + 5]
    sorts = [
        f'"{" ".join(some[:3])}"',
        f'"{" ".join(some)}"',
        f"{some[0]} {some[2]}",
        f'("{some[0]} {some[1]}" OR "{some[0]} {some[3]}") NOT {some[4]}',
        f"{some[0][:6]}* {some[2]}",
        f'"{some[0]} {some[2]}"~2',
    ]
    return chance.choice(sorts)


def rare_words(documents: list[Document]) -> set[str]:
    often = Counter(word for each in documents for word in set(words_of(each.text)))
    return {word for word, count in often.items() if count < len(documents) / 10}


if __name__ == "__main__":
    main()
