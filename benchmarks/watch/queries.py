"""Measure the processor time of matching a new statement against 10,000 saved queries.

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
from index.engine_interface import Document
from index.query_parser import parse
from index.text_to_words import words_of
from index.version_document import version_document
from onrecord.watch.saved_query_index import Matcher
from onrecord.watch.text_evaluator import IndexedText, matches

QUERIES, STATEMENTS, COMPARED = 10_000, 100, 2


def main() -> None:
    rng = random.Random(11)
    with transaction(Path(sys.argv[1]) / "catalogue.sqlite") as connection:
        documents = [
            version_document(version) for _, version in version_queries.all_versions(connection)
        ]
    rng.shuffle(documents)
    new, old = documents[:STATEMENTS], documents[STATEMENTS:] or documents
    rare = rare_words(documents)
    nodes = [(number, parse(query(rng, old, rare)).root) for number in range(QUERIES)]
    started = time.process_time()
    matcher = Matcher(nodes)
    # The queries are indexed for a language at its first text.
    languages = {document.lang: document for document in new}
    matched = [matcher.matching_queries(document) for document in languages.values()]
    indexing_seconds = time.process_time() - started
    milliseconds = []
    for document in new:
        started = time.process_time()
        matched.append(matcher.matching_queries(document))
        milliseconds.append((time.process_time() - started) * 1000)
    started = time.process_time()
    for document in new[:COMPARED]:
        text = IndexedText(document)
        one_by_one = [number for number, node in nodes if matches(node, text)]
        assert one_by_one == matcher.matching_queries(document)
    sequential_ms = (time.process_time() - started) * 1000 / COMPARED
    matched = matched[len(languages) :]
    match_summary = f"{statistics.mean(map(len, matched)):.0f} queries match on average"
    by_length = [(len(d.text.split()), ms) for d, ms in zip(new, milliseconds, strict=True)]
    for low, high in ((0, 500), (500, 2000), (2000, 10**6)):
        durations = [ms for length, ms in by_length if low <= length < high]
        if durations:
            print(
                f"{low}–{high} words: {len(durations)} statements, median "
                f"{statistics.median(durations):.1f} ms, most {max(durations):.1f} ms"
            )
    words = statistics.median(len(document.text.split()) for document in new)
    print(
        f"{platform.python_version()} on {platform.machine()}, {QUERIES} queries of six sorts, "
        f"{len(new)} statements of {words:.0f} words (median)"
    )
    print(
        f"index of queries made for {len(languages)} languages in {indexing_seconds:.2f} s; "
        f"each statement: median {statistics.median(milliseconds):.2f} ms, "
        f"95 % {sorted(milliseconds)[len(milliseconds) * 95 // 100]:.2f} ms, "
        f"most {max(milliseconds):.2f} ms; {match_summary}"
    )
    print(f"one query after another: {sequential_ms:.0f} ms, the same answers")


def query(rng: random.Random, documents: list[Document], rare: set[str]) -> str:
    """Return a query of one of six kinds, from words that a statement has.

    Each has a word that is in fewer than a tenth of the statements: people watch for something.
    """
    while True:
        words = [w for w in rng.choice(documents).text.split() if w.isalpha() and w.isascii()]
        positions = [
            position for position in range(len(words) - 5) if words[position].lower() in rare
        ]
        if positions:
            break
    position = rng.choice(positions)
    chosen = words[position : position + 5]
    candidates = [
        f'"{" ".join(chosen[:3])}"',
        f'"{" ".join(chosen)}"',
        f"{chosen[0]} {chosen[2]}",
        f'("{chosen[0]} {chosen[1]}" OR "{chosen[0]} {chosen[3]}") NOT {chosen[4]}',
        f"{chosen[0][:6]}* {chosen[2]}",
        f'"{chosen[0]} {chosen[2]}"~2',
    ]
    return rng.choice(candidates)


def rare_words(documents: list[Document]) -> set[str]:
    frequencies = Counter(word for document in documents for word in set(words_of(document.text)))
    return {word for word, count in frequencies.items() if count < len(documents) / 10}


if __name__ == "__main__":
    main()
