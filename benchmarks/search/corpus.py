"""The documents that are searched: real statements, and more resampled from their sentences."""

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.engine_interface import Document

FILES = ("congress_press", "grimmer_senate_press", "state_dept_rss", "whitehouse_rss")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def real(folder: Path, limit: int) -> list[Document]:
    """Return up to `limit` of the English statements in `folder`, evenly sampled, oldest first."""
    documents = [
        document for name in FILES for document in _read(folder / f"{name}.jsonl.gz", name)
    ]
    step = max(1.0, len(documents) / limit)
    chosen = [documents[int(i * step)] for i in range(min(limit, len(documents)))]
    return sorted(chosen, key=lambda document: (document.issued, document.key))


def _read(path: Path, source: str) -> Iterator[Document]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Document(
                key=record["id"],
                version=record["id"],
                statement=record["id"],
                source=source,
                issuer=record["source"],
                lang=record["lang"],
                kind="press-release",
                issued=record["date"] or "",
                title=record["title"] or "",
                text=record["text"],
            )


def resampled(documents: Sequence[Document], total: int, seed: int = 7) -> list[Document]:
    """Return `documents` and new ones up to `total`, made of sentences of the real ones.

    Each new one has the length in sentences of a real one; sentences are taken in runs of three, so
    that phrases cross real borders too. Word and phrase frequencies stay those of real text.
    """
    random_ = random.Random(seed)
    split = [_SENTENCE.split(document.text) for document in documents]
    more = []
    for number in range(total - len(documents)):
        model = random_.randrange(len(documents))
        sentences: list[str] = []
        while len(sentences) < len(split[model]):
            source = split[random_.randrange(len(split))]
            start = random_.randrange(len(source))
            sentences += source[start : start + 3]
        name = f"made:{number}"
        more.append(
            replace(
                documents[model], key=name, version=name, statement=name, text=" ".join(sentences)
            )
        )
    return sorted([*documents, *more], key=lambda document: (document.issued, document.key))


def invented(total: int, seed: int = 1) -> list[Document]:
    """Return invented statements, for trying the benchmark out."""
    random_ = random.Random(seed)
    words = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("a", "e", "io", "un", "ash", "ond")]
    weights = [1 / (n + 1) for n in range(len(words))]
    documents = []
    for number in range(total):
        text = " ".join(random_.choices(words, weights, k=random_.randrange(20, 120)))
        name = f"invented:{number}"
        documents.append(
            Document(
                key=name,
                version=name,
                statement=name,
                source="invented",
                issuer=f"Ministry {number % 7}",
                lang="en",
                kind="statement",
                issued=f"{2000 + number % 20}-{1 + number % 12:02}-{1 + number % 28:02}",
                title=text[:20],
                text=text,
            )
        )
    return sorted(documents, key=lambda document: (document.issued, document.key))
