"""Measure the quotation resolver on the sample, on quotations made here, and on real ones.

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

from benchmarks.quotes.made import cases
from benchmarks.quotes.others import Difflib, Fts5, PartialRatio, Trigrams
from index.engine import Document
from index.engines import ENGINES
from index.normalise import words_of
from index.quotes.article.article_text import Article
from index.quotes.article.find_quotations import find_quotations
from index.quotes.resolve import Resolution, Resolver

_TOLD = ("state_dept_rss", "whitehouse_rss")
_ALL = (*_TOLD, "congress_press", "grimmer_senate_press")
Line = Mapping[str, Any]


def documents(shared: Path, names: Sequence[str]) -> Iterator[Document]:
    for name in names:
        with gzip.open(shared / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                said = json.loads(line)
                yield Document(
                    key=f"{said['id']}@1#statement",
                    version=f"{said['id']}@1",
                    statement=said["id"],
                    source=name,
                    issuer=said["source"],
                    lang=said["lang"],
                    kind="",
                    issued=said.get("date") or "",
                    title=said["title"],
                    text=said["text"],
                )


def lines(path: Path) -> list[Line]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def resolver(folder: Path, held: Iterator[Document] | Sequence[Document]) -> Resolver:
    engine = ENGINES.load("whoosh")(folder)
    engine.update(held)
    return Resolver(engine)


def exact(answer: Resolution, line: Line) -> bool | None:
    """Tell whether what was left out or edited is told exactly; None where nothing was."""
    judged = answer.match.judgement if answer.match else None
    if line.get("omitted"):
        told = [words_of(each.text) for each in judged.elisions] if judged else []
        return told == [words_of(line["omitted"])] and bool(judged and not judged.edits)
    if line.get("edit"):
        told_edits = (
            [(words_of(e.before), words_of(e.after)) for e in judged.edits] if judged else []
        )
        return told_edits == [tuple(words_of(word) for word in line["edit"])]
    if line["kind"] == "spelling":
        return bool(judged and judged.edits and all(edit.spelling for edit in judged.edits))
    return None


def accuracy(title: str, answers: Sequence[tuple[Line, Resolution, float]]) -> None:
    print(f"\n### {title}\n")
    print("| kind | n | right statement | right verdict | edits exact | given a source wrongly |")
    print("| --- | --- | --- | --- | --- | --- |")
    kinds = [*dict.fromkeys(line["kind"] for line, _, _ in answers), "all"]
    for kind in kinds:
        some = [each for each in answers if kind in (each[0]["kind"], "all")]
        having = [each for each in some if each[0]["statement"]]
        right = sum(_named(answer, line["statement"]) for line, answer, _ in having)
        verdicts = sum(answer.verdict.value == line["verdict"] for line, answer, _ in some)
        told = [t for line, answer, _ in some if (t := exact(answer, line)) is not None]
        wrong = sum(1 for line, answer, _ in some if not line["statement"] and answer.match)
        print(
            f"| {kind} | {len(some)} | {_share(right, len(having))} | "
            f"{_share(verdicts, len(some))} | {_share(sum(told), len(told))} | {wrong} |"
        )
    for line, answer, _ in answers:
        held = answer.match.document.statement if answer.match else None
        named = not line["statement"] or _named(answer, line["statement"])
        if answer.verdict.value != line["verdict"] or not named or exact(answer, line) is False:
            print(
                f"\nMiss ({line['kind']}): {line['verdict']} of {line['statement']}, told ", end=""
            )
            print(f"{answer.verdict.value} of {held}: “{line['quote'][:60]} …”")


def _named(answer: Resolution, statement: str) -> bool:
    every = ((answer.match,) if answer.match else ()) + answer.other_matches
    return statement in {each.document.statement for each in every}


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.1%})" if whole else "–"


def asked(
    found: Resolver, every: Sequence[Line], *, quoting: bool = False
) -> list[tuple[Line, Resolution, float]]:
    done = []
    for line in every:
        start = time.process_time()
        answer = found.resolve(line["quote"], excluded={line["quoting"]} if quoting else ())
        done.append((line, answer, time.process_time() - start))
    return done


def times(title: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(
        f"| {title} | {len(ordered)} | "
        f"{p50 * 1e3:.1f} | {p95 * 1e3:.1f} | {ordered[-1] * 1e3:.1f} |"
    )


def compared(found: Resolver, held: Mapping[str, str], sample: Sequence[Line]) -> None:
    """Ask every way the same quotations, in turns."""
    print("\n### Against what could be done today, 4,302 statements\n")
    print("| way | quotations | right statement | given a source wrongly | ms CPU each |")
    print("| --- | --- | --- | --- | --- |")
    ways: list[Any] = [Fts5(held), Trigrams(held), PartialRatio(held), Difflib(held)]
    tally = {way.name: [0, 0, 0, 0, 0.0] for way in [*ways, _Ours(found)]}
    for number, line in enumerate(sample):
        for way in (*ways, _Ours(found)):
            if number % max(1, len(sample) // way.sample):
                continue
            start = time.process_time()
            if isinstance(way, Difflib):
                name = way.find(line["quote"], line["statement"])
            else:
                name = way.find(line["quote"])
            spent = time.process_time() - start
            count = tally[way.name]
            count[0] += 1
            count[1] += bool(line["statement"])
            count[2] += bool(line["statement"]) and name == line["statement"]
            count[3] += not line["statement"] and name is not None
            count[4] += spent
    for name, (asked_, having, right, wrong, spent) in tally.items():
        each = spent / max(1, asked_) * 1e3
        print(f"| {name} | {asked_} | {_share(int(right), int(having))} | {wrong} | {each:.1f} |")


class _Ours:
    name = "this resolver"
    sample = 1000

    def __init__(self, found: Resolver) -> None:
        self._found = found

    def find(self, quote: str) -> str | None:
        answer = self._found.resolve(quote)
        return answer.match.document.statement if answer.match else None


def mined(found: Resolver, every: Sequence[Line]) -> list[tuple[Line, Resolution, float]]:
    answers = asked(found, every, quoting=True)
    named = sum(any(_named(answer, s) for s in line["sources"]) for line, answer, _ in answers)
    print("\n### Real quotations, the quoting statement left out, 102,396 statements\n")
    print(f"One of `sources` named: {_share(named, len(answers))}.")
    for line, answer, _ in answers:
        if not any(_named(answer, s) for s in line["sources"]):
            held = answer.match.document.statement if answer.match else None
            print(f"\nMiss: {line['qid']}: {answer.verdict.value} of {held}, not {line['sources']}")
    return answers


def article(found: Resolver, held: Sequence[Line]) -> None:
    """Time an article of 2,000 words with 20 quotations, finding included."""
    chance = random.Random(3)
    said = [line["quote"] for line in chance.sample(held, 20)]
    filler = "The correspondent went on to describe what the town looked like that morning. "
    text = "\n\n".join(
        f"{filler * 5}The spokesperson said: “{quote.strip('“”')}” {filler}" for quote in said
    )
    start = time.process_time()
    answers = [found.resolve(each.text) for each in find_quotations(Article(text))]
    spent = time.process_time() - start
    words = len(text.split())
    print(f"\nAn article of {words:,} words with {len(answers)} quotations: {spent:.2f} s CPU.")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    options.add_argument("--each", type=int, default=40)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    print(f"Python {platform.python_version()}, {platform.platform()}, {platform.processor()}.")
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as name:
        folder = Path(name)
        _small(folder, chosen)
        _large(folder, chosen)


def _small(folder: Path, chosen: argparse.Namespace) -> None:
    sample = lines(chosen.shared / "quotes" / "dev.jsonl")
    told = list(documents(chosen.shared, _TOLD))
    found = resolver(folder / "told", told)
    answers = asked(found, sample)
    accuracy("The sample, 4,302 statements", answers)
    compared(found, {each.statement: each.text for each in told}, sample)
    press = list(documents(chosen.shared, ("congress_press",)))
    random.Random(1).shuffle(press)
    held = {each.statement: each.text for each in press[:4300]}
    strange = [each.text for each in told[-400:]]
    made = [asdict(case) for case in cases(held, strange, each=chosen.each, seed=chosen.seed)]
    answers = asked(resolver(folder / "press", press[:4300]), made)
    accuracy(f"Made from a seed ({chosen.seed}): 4,300 other statements, other edits", answers)


def _large(folder: Path, chosen: argparse.Namespace) -> None:
    found = resolver(folder / "all", documents(chosen.shared, _ALL))
    real = mined(found, lines(chosen.shared / "quotes" / "mined-dev.jsonl"))
    sample = lines(chosen.shared / "quotes" / "dev.jsonl")
    answers = asked(found, sample)
    print("\n### Time, 102,396 statements, milliseconds of CPU a quotation\n")
    print("| quotations | n | p50 | p95 | most |\n| --- | --- | --- | --- | --- |")
    times("the sample", [spent for _, _, spent in answers])
    plain = [s for line, _, s in answers if line["kind"] in ("verbatim", "typographic", "fragment")]
    times("of it verbatim, without marks", plain)
    times("of it verbatim", [s for line, _, s in answers if line["verdict"] == "verbatim"])
    times("real ones", [spent for _, _, spent in real])
    times("of them verbatim", [s for _, a, s in real if a.verdict.value == "verbatim"])
    article(found, [line for line in sample if line["kind"] in ("verbatim", "elided", "altered")])
    sys.stdout.flush()


if __name__ == "__main__":
    main()
