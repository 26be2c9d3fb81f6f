"""Make a large index in commits, killed half-way, and then add to it: memory and time.

`python -m benchmarks.search.reindex --corpora ../shared/corpora --documents 500000`. Documents are
read from a file, so that what is measured is what the index needs and not what is put into it.
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.search.engines import scratch
from benchmarks.search.run import documents_of, private
from index.engine_interface import Document
from index.engines.whoosh import WhooshEngine
from index.query_parser import literal_query
from index.sync_with_catalogue import BATCH_VERSIONS

_NEW = 10  # statements added at once …
_TIMES = 20  # … so many times


def main() -> None:
    """Write what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, help="folder of statements; invented without")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--real", type=int, default=102_396, help="beyond these, resample")
    parser.add_argument("--out", type=Path, default=Path("reindex.json"))
    parser.set_defaults(titles=False)
    options = parser.parse_args()
    folder = scratch()
    lines = folder / "documents.jsonl"
    _in_a_process(_write_lines, options, lines, kind="fork")
    report: dict[str, Any] = {"documents": options.documents, "commits_of": BATCH_VERSIONS}
    report |= _kill_and_continue(lines, folder / "index", options.documents // 2)
    report |= _in_a_process(_add_few, lines, folder / "index")
    options.out.write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))
    shutil.rmtree(folder)


def _kill_and_continue(lines: Path, index: Path, half: int) -> dict[str, Any]:
    """Kill the process that makes the index once it holds `half`; have another go on."""
    context = multiprocessing.get_context("spawn")
    first = context.Process(target=_make, args=(lines, index, None))
    wall = time.perf_counter()
    first.start()
    while first.is_alive() and _count(index) < half:
        first.join(0.1)
    first.kill()  # nothing where it has just ended
    first.join()
    count_after_kill = _count(index)
    result = _in_a_process(_make, lines, index)
    return {
        "held_after_the_kill": count_after_kill,
        "wall_seconds": time.perf_counter() - wall,
        **{f"then_{key}": value for key, value in result.items()},
        "held_in_the_end": _count(index),
        "segments": len(list(index.glob("*.phrases"))),
        "bytes": sum(path.stat().st_size for path in index.iterdir()),
    }


def _count(index: Path) -> int:
    return WhooshEngine(index).count()


def _in_a_process(work: Any, *arguments: Any, kind: str = "spawn") -> dict[str, Any]:
    context = multiprocessing.get_context(kind)  # type: ignore[call-overload]  # a name of a kind
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(*arguments, sender))
    process.start()
    sender.close()  # so that an end without a result is noticed
    result: dict[str, Any] = receiver.recv()
    process.join()
    return result


def _write_lines(options: argparse.Namespace, lines: Path, sender: Any) -> None:
    with lines.open("w", encoding="utf-8") as file:
        for document in documents_of(options):
            file.write(json.dumps(asdict(document)) + "\n")
    sender.send({})


def _documents(lines: Path) -> Iterator[Document]:
    with lines.open(encoding="utf-8") as file:
        for line in file:
            yield Document(**json.loads(line))


def _make(lines: Path, index: Path, sender: Any) -> None:
    """Add the documents of `lines` that the index lacks, as `index.sync_with_catalogue` does."""
    engine = WhooshEngine(index)
    indexed_count = initial_count = int(engine.state() or 0)
    cpu = time.process_time()
    remaining = islice(_documents(lines), indexed_count, None)
    while batch := list(islice(remaining, BATCH_VERSIONS)):
        indexed_count += len(batch)
        engine.update(batch, state=str(indexed_count))
    engine.merge_segments()
    if sender:
        sender.send(
            {
                "added": indexed_count - initial_count,
                "cpu_seconds": time.process_time() - cpu,
                "most_resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "most_own_mb": private(),
            }
        )


def _add_few(lines: Path, index: Path, sender: Any) -> None:
    """Add ten statements at a time; measure until another engine finds the last of them."""
    writer, reader = WhooshEngine(index), WhooshEngine(index)
    (model,) = islice(_documents(lines), 1)
    reader.search(literal_query("the"))
    before = {path.name for path in index.iterdir()}
    durations = []
    for update in range(_TIMES):
        names = [f"new:{update}:{number}" for number in range(_NEW)]
        documents = [
            replace(model, key=n, version=n, statement=n, text=f"{n} {model.text}") for n in names
        ]
        start = time.perf_counter()
        writer.update(documents)
        assert reader.search(literal_query(names[-1])).total == 1
        durations.append((time.perf_counter() - start) * 1000)
    old = before & {path.name for path in index.iterdir()}
    sender.send(
        {
            "ten_more_ms_median": sorted(durations)[len(durations) // 2],
            "ten_more_ms_most": max(durations),
            "ten_more_files_kept": f"{len(old)} of {len(before)}",
        }
    )


if __name__ == "__main__":
    main()
