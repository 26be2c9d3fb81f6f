"""Write a text collection of any size: real statements, then more resampled from their sentences.

Run: python -m benchmarks.growth.collection CORPORA FILE.jsonl.gz FIRST LAST. Statement number N is
always the same one, so an archive of 100,000 statements grows to one of 250,000 by importing the
statements 100,000 to 250,000.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

FILES = ("congress_press", "grimmer_senate_press", "state_dept_rss", "whitehouse_rss")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_RUN = 3  # sentences taken together, so that phrases cross real borders too
_SEED = 18


def write_collection(corpora: Path, path: Path, first: int, last: int) -> None:
    """Write the statements `first` to `last` as JSON lines."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
        for record in _statements(_real(corpora), first, last):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _real(corpora: Path) -> list[dict[str, str]]:
    """Return the English statements of the corpora, shuffled."""
    records = []
    for name in FILES:
        with gzip.open(corpora / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records += [json.loads(line) for line in lines]
    random.Random(_SEED).shuffle(records)
    return [
        {name: value for name, value in record.items() if isinstance(value, str)}
        for record in records
    ]


def _statements(real: list[dict[str, str]], first: int, last: int) -> Iterator[dict[str, str]]:
    yield from real[first:last]
    for number in range(max(first, len(real)), last):
        yield _resampled(real, number)


def _resampled(real: list[dict[str, str]], number: int) -> dict[str, str]:
    """Return a statement with the fields, and about the length, of a real one."""
    chance = random.Random(f"{_SEED}:{number}")
    model = real[chance.randrange(len(real))]
    sentences: list[str] = []
    length = 0
    while length < len(model["text"]):
        source = _SENTENCE.split(real[chance.randrange(len(real))]["text"])
        start = chance.randrange(len(source))
        run = source[start : start + _RUN]
        sentences += run
        length += sum(len(sentence) + 1 for sentence in run) or 1
    return model | {"id": f"made:{number}", "text": " ".join(sentences)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("path", type=Path)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    options = parser.parse_args()
    write_collection(options.corpora, options.path, options.first, options.last)


if __name__ == "__main__":
    main()
