"""Measure the quotation resolver on a sample, on generated quotations, and on real ones.

    python -m benchmarks.quotes.run [--shared ../shared] [--each 40] [--seed 7]

Writes a report in Markdown to standard output. Times are CPU seconds of this process.
"""

import argparse
import gzip
import json
import platform
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.quotes.made import make_cases
from benchmarks.quotes.others import Difflib, Fts5, PartialRatio, Trigrams
from index.engine_interface import Document
from index.engines import ENGINES
from index.quotes.article.article_text import Article
from index.quotes.article.find_quotations import find_quotations
from index.quotes.resolve_quotation import Resolution, Resolver
from index.text_to_words import words_of

_SMALL_CORPORA = ("state_dept_rss", "whitehouse_rss")
_ALL_CORPORA = (*_SMALL_CORPORA, "congress_press", "grimmer_senate_press")
Line = Mapping[str, Any]


def documents(shared: Path, names: Sequence[str]) -> Iterator[Document]:
    for name in names:
        with gzip.open(shared / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                yield Document(
                    key=f"{entry['id']}@1#statement",
                    version=f"{entry['id']}@1",
                    statement=entry["id"],
                    source=name,
                    issuer=entry["source"],
                    lang=entry["lang"],
                    kind="",
                    issued=entry.get("date") or "",
                    title=entry["title"] or "",
                    text=entry["text"],
                )


def read_lines(path: Path) -> list[Line]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def build_resolver(folder: Path, texts: Iterator[Document] | Sequence[Document]) -> Resolver:
    engine = ENGINES.load("whoosh")(folder)
    engine.update(texts)
    return Resolver(engine)


def has_exact_differences(resolution: Resolution, line: Line) -> bool | None:
    """Return whether omissions and edits are exactly right; None if the line has none."""
    judgement = resolution.match.judgement if resolution.match else None
    if line.get("omitted"):
        omitted = [words_of(elision.text) for elision in judgement.elisions] if judgement else []
        return omitted == [words_of(line["omitted"])] and bool(judgement and not judgement.edits)
    if line.get("edit"):
        edits = (
            [(words_of(edit.before), words_of(edit.after)) for edit in judgement.edits]
            if judgement
            else []
        )
        return edits == [tuple(words_of(word) for word in line["edit"])]
    if line["kind"] == "spelling":
        return bool(
            judgement and judgement.edits and all(edit.spelling for edit in judgement.edits)
        )
    return None


def print_accuracy(title: str, results: Sequence[tuple[Line, Resolution, float]]) -> None:
    print(f"\n### {title}\n")
    print("| kind | n | right statement | right verdict | edits exact | given a source wrongly |")
    print("| --- | --- | --- | --- | --- | --- |")
    kinds = [*dict.fromkeys(line["kind"] for line, _, _ in results), "all"]
    for kind in kinds:
        selected = [item for item in results if kind in (item[0]["kind"], "all")]
        with_source = [item for item in selected if item[0]["statement"]]
        right = sum(
            _names_statement(resolution, line["statement"]) for line, resolution, _ in with_source
        )
        verdicts = sum(
            resolution.verdict.value == line["verdict"] for line, resolution, _ in selected
        )
        differences = [
            is_exact
            for line, resolution, _ in selected
            if (is_exact := has_exact_differences(resolution, line)) is not None
        ]
        wrong = sum(
            1 for line, resolution, _ in selected if not line["statement"] and resolution.match
        )
        print(
            f"| {kind} | {len(selected)} | {_format_share(right, len(with_source))} | "
            f"{_format_share(verdicts, len(selected))} | "
            f"{_format_share(sum(differences), len(differences))} | {wrong} |"
        )
    for line, resolution, _ in results:
        statement = resolution.match.document.statement if resolution.match else None
        is_named = not line["statement"] or _names_statement(resolution, line["statement"])
        if (
            resolution.verdict.value != line["verdict"]
            or not is_named
            or has_exact_differences(resolution, line) is False
        ):
            print(
                f"\nMiss ({line['kind']}): {line['verdict']} of {line['statement']}, told ", end=""
            )
            print(f"{resolution.verdict.value} of {statement}: “{line['quote'][:60]} …”")


def _names_statement(resolution: Resolution, statement: str) -> bool:
    matches = ((resolution.match,) if resolution.match else ()) + resolution.other_matches
    return statement in {match.document.statement for match in matches}


def _format_share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.1%})" if whole else "–"


def resolve_lines(
    resolver: Resolver, entries: Sequence[Line], *, quoting: bool = False
) -> list[tuple[Line, Resolution, float]]:
    results = []
    for line in entries:
        start = time.process_time()
        resolution = resolver.resolve(line["quote"], excluded={line["quoting"]} if quoting else ())
        results.append((line, resolution, time.process_time() - start))
    return results


def print_times(title: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(
        f"| {title} | {len(ordered)} | "
        f"{p50 * 1e3:.1f} | {p95 * 1e3:.1f} | {ordered[-1] * 1e3:.1f} |"
    )


def print_comparison(resolver: Resolver, texts: Mapping[str, str], sample: Sequence[Line]) -> None:
    """Time every method on the same quotations, interleaved."""
    print("\n### Against what could be done today, 4,302 statements\n")
    print("| way | quotations | right statement | given a source wrongly | ms CPU each |")
    print("| --- | --- | --- | --- | --- |")
    methods: list[Any] = [Fts5(texts), Trigrams(texts), PartialRatio(texts), Difflib(texts)]
    tally = {method.name: [0, 0, 0, 0, 0.0] for method in [*methods, _ResolverFinder(resolver)]}
    for number, line in enumerate(sample):
        for method in (*methods, _ResolverFinder(resolver)):
            if number % max(1, len(sample) // method.sample):
                continue
            start = time.process_time()
            if isinstance(method, Difflib):
                name = method.find(line["quote"], line["statement"])
            else:
                name = method.find(line["quote"])
            spent = time.process_time() - start
            count = tally[method.name]
            count[0] += 1
            count[1] += bool(line["statement"])
            count[2] += bool(line["statement"]) and name == line["statement"]
            count[3] += not line["statement"] and name is not None
            count[4] += spent
    for name, (quotation_count, with_source, right, wrong, spent) in tally.items():
        milliseconds = spent / max(1, quotation_count) * 1e3
        print(
            f"| {name} | {quotation_count} | {_format_share(int(right), int(with_source))} | "
            f"{wrong} | {milliseconds:.1f} |"
        )


class _ResolverFinder:
    name = "this resolver"
    sample = 1000

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def find(self, quote: str) -> str | None:
        resolution = self._resolver.resolve(quote)
        return resolution.match.document.statement if resolution.match else None


def print_real_quotations(
    resolver: Resolver, entries: Sequence[Line]
) -> list[tuple[Line, Resolution, float]]:
    results = resolve_lines(resolver, entries, quoting=True)
    named_count = sum(
        any(_names_statement(resolution, statement) for statement in line["sources"])
        for line, resolution, _ in results
    )
    print("\n### Real quotations, the quoting statement left out, 102,396 statements\n")
    print(f"One of `sources` named: {_format_share(named_count, len(results))}.")
    for line, resolution, _ in results:
        if not any(_names_statement(resolution, statement) for statement in line["sources"]):
            statement = resolution.match.document.statement if resolution.match else None
            print(
                f"\nMiss: {line['qid']}: {resolution.verdict.value} of {statement}, "
                f"not {line['sources']}"
            )
    return results


def print_article_time(resolver: Resolver, entries: Sequence[Line]) -> None:
    """Time an article of 2,000 words with 20 quotations, finding included."""
    chance = random.Random(3)
    quotes = [line["quote"] for line in chance.sample(entries, 20)]
    filler = "The correspondent went on to describe what the town looked like that morning. "
    text = "\n\n".join(
        f"{filler * 5}The spokesperson said: “{quote.strip('“”')}” {filler}" for quote in quotes
    )
    start = time.process_time()
    results = [resolver.resolve(quotation.text) for quotation in find_quotations(Article(text))]
    spent = time.process_time() - start
    words = len(text.split())
    print(f"\nAn article of {words:,} words with {len(results)} quotations: {spent:.2f} s CPU.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.platform()}, {platform.processor()}.")
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as name:
        folder = Path(name)
        _run_small(folder, options)
        _run_large(folder, options)


def _run_small(folder: Path, options: argparse.Namespace) -> None:
    sample = read_lines(options.shared / "quotes" / "dev.jsonl")
    small_documents = list(documents(options.shared, _SMALL_CORPORA))
    resolver = build_resolver(folder / "told", small_documents)
    results = resolve_lines(resolver, sample)
    print_accuracy("The sample, 4,302 statements", results)
    print_comparison(
        resolver, {document.statement: document.text for document in small_documents}, sample
    )
    press = list(documents(options.shared, ("congress_press",)))
    random.Random(1).shuffle(press)
    press_texts = {document.statement: document.text for document in press[:4300]}
    foreign_texts = [document.text for document in small_documents[-400:]]
    made_lines = [
        asdict(case)
        for case in make_cases(
            press_texts, foreign_texts, count_per_kind=options.each, seed=options.seed
        )
    ]
    results = resolve_lines(build_resolver(folder / "press", press[:4300]), made_lines)
    print_accuracy(
        f"Made from a seed ({options.seed}): 4,300 other statements, other edits", results
    )


def _run_large(folder: Path, options: argparse.Namespace) -> None:
    resolver = build_resolver(folder / "all", documents(options.shared, _ALL_CORPORA))
    real = print_real_quotations(
        resolver, read_lines(options.shared / "quotes" / "mined-dev.jsonl")
    )
    sample = read_lines(options.shared / "quotes" / "dev.jsonl")
    results = resolve_lines(resolver, sample)
    print("\n### Time, 102,396 statements, milliseconds of CPU a quotation\n")
    print("| quotations | n | p50 | p95 | most |\n| --- | --- | --- | --- | --- |")
    print_times("the sample", [spent for _, _, spent in results])
    unmarked = [
        seconds
        for line, _, seconds in results
        if line["kind"] in ("verbatim", "typographic", "fragment")
    ]
    print_times("of it verbatim, without marks", unmarked)
    print_times(
        "of it verbatim", [seconds for line, _, seconds in results if line["verdict"] == "verbatim"]
    )
    print_times("real ones", [spent for _, _, spent in real])
    print_times(
        "of them verbatim",
        [seconds for _, resolution, seconds in real if resolution.verdict.value == "verbatim"],
    )
    print_article_time(
        resolver, [line for line in sample if line["kind"] in ("verbatim", "elided", "altered")]
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
