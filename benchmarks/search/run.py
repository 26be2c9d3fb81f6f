"""Compare search engines: `python -m benchmarks.search.run --corpora ../shared/corpora`.

Builds each engine's index in a process of its own, then asks one fresh process all questions, each
of every engine in turn, in several rounds. CPU time is the measure: the machine may be at work.
"""

import argparse
import gc
import json
import multiprocessing
import os
import platform
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.search.corpus import invented, real, resampled
from benchmarks.search.engines import available, scratch
from benchmarks.search.queries import Question, ask
from benchmarks.search.truth import Truth
from index.engine_interface import Document

SLOW = {"stock": 12, "ripgrep": 24}  # asked every n-th question only, and in one round


def main() -> None:
    """Run the comparison and write what was measured as JSON."""
    options = _options()
    documents = documents_of(options)
    folder = options.folder or scratch()
    size = sum(len(document.text.encode()) for document in documents)
    print(f"{len(documents)} documents, {size / 1e6:.0f} MB of text, in {folder}")
    names = _names(options.engines.split(","))
    report: dict[str, Any] = {
        "machine": _machine(),
        "documents": len(documents),
        "real": min(len(documents), options.real),
        "text_bytes": size,
        "seed": options.seed,
        "rounds": options.rounds,
        "build": {},
        "open": {},
    }
    for name in names:
        report["build"][name] = _built(options, name, folder, documents)
        print(name, report["build"][name])
        report["open"][name] = _apart(_open, name, folder, documents[:0], 1)
        print(name, report["open"][name])
    if options.two:
        other = scratch()
        report["build"]["onrecord, 2 processes"] = _apart(_build, "onrecord", other, documents, 2)
        print("two", report["build"]["onrecord, 2 processes"])
        shutil.rmtree(other)
    if options.only_build:
        return
    questions = ask(documents, options.seed, options.phrases)
    keys = [document.key for document in documents]
    report["wrong"] = None
    if options.check:
        checked = questions[:: options.check_every]
        report["wrong"] = _check(_opened(names, folder, keys), documents, checked)
    documents.clear()
    report["queries"] = _fresh(names, folder, keys, questions, options.rounds)
    options.out.write_text(json.dumps(report, indent=1))
    if not options.folder:
        shutil.rmtree(folder)


def _names(requested: Sequence[str]) -> list[str]:
    """Return the engines that are asked for and here; say which are not."""
    missing = [name for name in requested if name not in available()]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    return [name for name in requested if name not in missing]


def _built(
    options: argparse.Namespace, name: str, folder: Path, documents: Sequence[Document]
) -> dict[str, float]:
    """Build the index, unless it is to be used again; return what that took."""
    report_path = folder / f"{name}.json"
    if name not in options.reuse.split(","):
        built = _apart(_build, name, folder, documents, 1)
        built["bytes"] = _size(folder, name)
        report_path.write_text(json.dumps(built))
    report: dict[str, float] = json.loads(report_path.read_text())
    return report


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, help="folder of statements; invented without")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--real", type=int, default=102_396, help="beyond these, resample")
    parser.add_argument("--phrases", type=int, default=204)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", default="onrecord,fts5,tantivy")
    parser.add_argument("--folder", type=Path, help="where the indexes are kept; else thrown away")
    parser.add_argument("--reuse", default="", help="engines whose index in --folder is built")
    parser.add_argument("--only-build", action="store_true", help="make the indexes and end")
    parser.add_argument("--two", action="store_true", help="build ours with two processes too")
    parser.add_argument("--titles", action="store_true", help="search titles too; ours alone does")
    parser.add_argument("--check", action="store_true", help="compare answers with a full scan")
    parser.add_argument("--check-every", type=int, default=1, help="compare every n-th question")
    parser.add_argument("--out", type=Path, default=Path("search.json"))
    return parser.parse_args()


def documents_of(options: argparse.Namespace) -> list[Document]:
    """Return the documents that the options ask for.

    The other engines and the truth know texts alone: titles are left out, unless asked for.
    """
    if not options.corpora:
        documents = invented(options.documents)
    else:
        documents = real(options.corpora, min(options.documents, options.real))
        if options.documents > len(documents):
            documents = resampled(documents, options.documents)
    return documents if options.titles else [replace(document, title="") for document in documents]


def _machine() -> dict[str, str]:
    cpu = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    versions = {"sqlite": sqlite3.sqlite_version}
    for name in ("numpy", "whoosh", "tantivy", "zstandard", "PyStemmer"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "cpu": f"{len(cpu)} × {cpu[0]}",
        "python": platform.python_version(),
        "load": " ".join(f"{value:.1f}" for value in os.getloadavg()),
        **versions,
    }


def _apart(
    work: Callable[..., dict[str, float]], name: str, folder: Path, documents: Any, processes: int
) -> dict[str, float]:
    """Run `work` in a process of its own, so that times and memory are its own."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, work, name, folder, documents, processes))
    process.start()
    result: dict[str, float] = receiver.recv()
    process.join()
    return result


def _send(sender: Any, work: Callable[..., dict[str, float]], *arguments: Any) -> None:
    sender.send(work(*arguments))


def _build(
    name: str, folder: Path, documents: Sequence[Document], processes: int
) -> dict[str, float]:
    engine = available()[name](folder, *((processes,) if processes > 1 else ()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    engine.build(documents)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    # What it would take on a machine with a processor for each process.
    busiest = max(cpu, children.ru_utime + children.ru_stime)
    cpu += children.ru_utime + children.ru_stime
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "cpu_seconds": cpu,
        "wall_seconds": wall,
        "busiest_cpu_seconds": busiest,
        "documents_per_cpu_second": len(documents) / cpu,
        "documents_per_second": len(documents) / wall,
        "memory_mb": (after - before) / 1024,
    }


def _open(name: str, folder: Path, documents: Sequence[Document], _: int) -> dict[str, float]:
    engine = available()[name](folder)
    __import__("index.engines.whoosh")
    before = private()
    wall = time.perf_counter()
    engine.open()
    return {"ms": (time.perf_counter() - wall) * 1000, "memory_mb": private() - before}


def private() -> float:
    """Return this process's own memory in MB; pages of mapped files are not its own."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0


def _size(folder: Path, name: str) -> int:
    paths = {"fts5": "fts5.sqlite", "ripgrep": "lines.txt"}
    path = folder / paths.get(name, name)
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _opened(names: Sequence[str], folder: Path, keys: Sequence[str]) -> dict[str, Any]:
    """Return the engines, open; `keys` are those of the documents in the order they were given."""
    engines = {}
    for name in names:
        engine = engines[name] = available()[name](folder)
        engine.open()
        if hasattr(engine, "number"):
            engine.number(keys)
    return engines


def _fresh(
    names: Sequence[str],
    folder: Path,
    keys: Sequence[str],
    questions: Sequence[Question],
    rounds: int,
) -> Any:
    """Measure in a process that never held the documents.

    What was read to get here is not the engines'; Python's memory is in pieces after it.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    arguments = sender, names, folder, keys, questions, rounds
    process = context.Process(target=_ask_all, args=arguments)
    process.start()
    sender.close()
    measured = receiver.recv()
    process.join()
    return measured


def _ask_all(
    sender: Any,
    names: Sequence[str],
    folder: Path,
    keys: Sequence[str],
    questions: Sequence[Question],
    rounds: int,
) -> None:
    engines = _opened(names, folder, keys)
    gc.collect()
    gc.freeze()
    sender.send(_measure(engines, questions, rounds))


def _check(
    engines: dict[str, Any], documents: Sequence[Document], questions: Sequence[Question]
) -> dict[str, Any]:
    """Return, by engine and kind, how many questions were asked, how many answered wrongly."""
    truth = Truth(documents)
    wrong: dict[str, Any] = {name: {} for name in engines}
    for number, question in enumerate(questions):
        if question.kind in ("page", "top"):
            continue
        expected = truth.answer(question)
        for name, engine in engines.items():
            if number % SLOW.get(name, 1):
                continue
            matches = engine.matching(question)
            if matches is None or expected is None:
                continue
            if hasattr(engine, "numbered"):
                matches = engine.numbered(matches)
            tally = wrong[name].setdefault(
                question.kind, {"asked": 0, "wrong": 0, "false": 0, "missed": 0, "examples": []}
            )
            tally["asked"] += 1
            if set(matches) != expected:
                tally["wrong"] += 1
                tally["false"] += len(set(matches) - expected)
                tally["missed"] += len(expected - set(matches))
                if len(tally["examples"]) < 3:
                    tally["examples"].append(" ".join(question.words))
    for name, kinds in wrong.items():
        print(
            name,
            {
                kind: (tally["asked"], tally["wrong"], tally["examples"])
                for kind, tally in kinds.items()
            },
        )
    return wrong


def _measure(
    engines: dict[str, Any], questions: Sequence[Question], rounds: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Ask every question of every engine in turn; return times in ms by kind and engine."""
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    drawn = random.Random(1)
    for round_ in range(rounds):
        for number, question in enumerate(questions):
            # Kinds of questions alternate: with a fixed turn, one engine would always be the first.
            for name in drawn.sample(list(engines), len(engines)):
                if name in SLOW and (round_ or number % SLOW[name]):
                    continue
                for kind, work in _works(engines[name], question):
                    wall, cpu = time.perf_counter(), time.process_time()
                    answer = work(question)
                    spent = time.process_time() - cpu, time.perf_counter() - wall
                    if answer is not None:
                        times.setdefault((kind, name), []).append(spent)
    result: dict[str, dict[str, dict[str, float]]] = {}
    for (kind, name), spent in times.items():
        row = {"n": float(len(spent))}
        for label, values in zip(("cpu", "wall"), zip(*spent, strict=True), strict=True):
            ordered = sorted(1000 * value for value in values)
            row |= {f"{label}_p50": ordered[len(ordered) // 2]}
            row |= {f"{label}_p95": ordered[int(len(ordered) * 0.95)]}
            row |= {f"{label}_max": ordered[-1]}
        result.setdefault(kind, {})[name] = row
        shown = {key: round(value, 3) for key, value in row.items()}
        print(f"{kind:14} {name:10} {shown}")
    return result


def _works(engine: Any, question: Question) -> list[tuple[str, Callable[[Question], Any]]]:
    if question.kind == "page":
        faceted = [("page, facets", engine.faceted)] if hasattr(engine, "faceted") else []
        return [("page", engine.page), *faceted]
    if question.kind == "top":
        return [("top 20", engine.top)]
    return [(question.kind, engine.matching)]


if __name__ == "__main__":
    main()
