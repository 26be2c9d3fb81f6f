"""What is known of each document besides its words, as one number a document and column."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine import Document

NAMED = ("source", "issuer", "lang", "kind")  # columns of names: their numbers, and a list of names
PAGE, CURRENT = 1, 2  # flags
_UNDATED = 0


def digest(text: str) -> int:
    """Return 64 bits that stand for `text`, a key or a statement."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


@lru_cache(1 << 14)  # many statements are of one day
def when(issued: str) -> int:
    """Return the first minute `issued` may mean, as yyyymmddHHMM; 0 where it says no date."""
    digits = "".join(c for c in issued[:16] if c in "0123456789")
    if len(digits) not in (4, 6, 8, 12) or len(digits) != len(issued.rstrip("Z")[:16]) - sum(
        c in "-T:" for c in issued[:16]
    ):
        return _UNDATED
    return int(digits + "0101"[len(digits) - 4 :] * (len(digits) < 8) + "0000" * (len(digits) < 12))


@lru_cache(1 << 14)
def until(issued: str) -> int:
    """Return the last day `issued` may mean, as yyyymmdd; 0 where it says no date."""
    first = when(issued) // 10_000
    if not first:
        return _UNDATED
    if len(issued) == 4:
        return first + 1130
    if len(issued) == 7:
        year, month = divmod(first // 100, 100)
        return first - 1 + (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    return first


def columns(documents: Sequence[Document]) -> tuple[dict[str, NDArray[Any]], dict[str, list[str]]]:
    """Return the columns of `documents`, and the names that the named ones number."""
    arrays: dict[str, NDArray[Any]] = {
        "when": np.array([when(d.issued) for d in documents], dtype=np.int64),
        "seen": np.array([when(d.seen) for d in documents], dtype=np.int64),
        "until": np.array([until(d.issued) for d in documents], dtype=np.uint32),
        "flags": np.array(
            [PAGE * (d.layer == "page") + CURRENT * d.current for d in documents], dtype=np.uint8
        ),
        "statement": np.array([digest(d.statement) for d in documents], dtype=np.uint64),
    }
    keys = np.array([digest(d.key) for d in documents], dtype=np.uint64)
    order = np.argsort(keys, kind="stable")
    arrays["key"], arrays["keyed"] = keys[order], order.astype(np.uint32)
    names: dict[str, list[str]] = {}
    for column in NAMED:
        numbers: dict[str, int] = {}
        values = [numbers.setdefault(getattr(d, column), len(numbers)) for d in documents]
        arrays[column] = np.array(values, dtype=np.min_scalar_type(len(numbers)))
        names[column] = list(numbers)
    return arrays, names
