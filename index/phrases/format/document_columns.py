"""Encode document metadata as columns with one number for each document."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine_interface import Document
from index.match_field_value import LINE_FIELDS, forms_of

NAMED_COLUMNS = ("source", "issuer", "lang", "kind")  # columns of indexes into a list of names
PAGE_FLAG, CURRENT_FLAG = 1, 2  # bits of the column `flags`
_UNDATED = 0


def digest(text: str) -> int:
    """Return a 64-bit digest of `text`, a key or a statement id, for look-ups."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


@lru_cache(1 << 14)  # many statements have the same date
def earliest_minute(issued: str) -> int:
    """Return the first minute that `issued` may mean, as yyyymmddHHMM; 0 if it is no date."""
    digits = "".join(char for char in issued[:16] if char in "0123456789")
    if len(digits) not in (4, 6, 8, 12) or len(digits) != len(issued.rstrip("Z")[:16]) - sum(
        char in "-T:" for char in issued[:16]
    ):
        return _UNDATED
    return int(digits + "0101"[len(digits) - 4 :] * (len(digits) < 8) + "0000" * (len(digits) < 12))


@lru_cache(1 << 14)
def latest_day(issued: str) -> int:
    """Return the last day that `issued` may mean, as yyyymmdd; 0 if it is no date."""
    first = earliest_minute(issued) // 10_000
    if not first:
        return _UNDATED
    if len(issued) == 4:
        return first + 1130
    if len(issued) == 7:
        year, month = divmod(first // 100, 100)
        return first - 1 + (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    return first


def build_columns(
    documents: Sequence[Document],
) -> tuple[dict[str, NDArray[Any]], dict[str, list[str]]]:
    """Return the columns of `documents`, and the lists of names that the named ones index."""
    arrays: dict[str, NDArray[Any]] = {
        "when": np.array(
            [earliest_minute(document.issued) for document in documents], dtype=np.int64
        ),
        "seen": np.array(
            [earliest_minute(document.seen) for document in documents], dtype=np.int64
        ),
        "until": np.array([latest_day(document.issued) for document in documents], dtype=np.uint32),
        "flags": np.array(
            [
                PAGE_FLAG * (document.layer == "page") + CURRENT_FLAG * document.current
                for document in documents
            ],
            dtype=np.uint8,
        ),
        "statement": np.array(
            [digest(document.statement) for document in documents], dtype=np.uint64
        ),
    }
    for name in LINE_FIELDS:
        lines = ["|".join(forms_of(name, getattr(document, name))) for document in documents]
        arrays[name] = np.frombuffer(
            "".join(f"\n|{line}|" for line in lines).encode("utf-8", "surrogatepass"),
            dtype=np.uint8,
        )
    keys = np.array([digest(document.key) for document in documents], dtype=np.uint64)
    order = np.argsort(keys, kind="stable")
    arrays["key"], arrays["keyed"] = keys[order], order.astype(np.uint32)
    names: dict[str, list[str]] = {}
    for column in NAMED_COLUMNS:
        name_indexes: dict[str, int] = {}
        values = [
            name_indexes.setdefault(getattr(document, column), len(name_indexes))
            for document in documents
        ]
        arrays[column] = np.array(values, dtype=np.min_scalar_type(len(name_indexes)))
        names[column] = list(name_indexes)
    return arrays, names
