"""Read many texts as words at once: what `index.text` says of each, twenty times as fast.

Texts are taken three ways. ASCII goes through one translation table; text of characters that fold
one for one through another; the few texts left (marks, ligatures, CJK, soft hyphens …) one by one
through `index.text`. A test holds that the ways agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.phrases.vocabulary import Vocabulary
from index.text import normalise
from index.words import fold, is_initial, is_simple, is_word

STRIDE = 64  # every so many words, the place in the text is kept
_LIMIT = 0x3000  # above lie CJK and the like
_SPACE = 32
_SLOW = 0  # stands for a character that needs its neighbours
_FEW = 50  # fewer texts than this are not worth making the tables for


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some texts: numbers one after another, and where texts begin among them."""

    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]  # one more than texts
    places: tuple[NDArray[np.uint32], ...]  # of each text: where words 0, 64, 128 … begin


@dataclass(frozen=True, slots=True)
class _Flat:
    """Words of a group of texts as folded bytes parted by spaces."""

    data: bytes
    counts: NDArray[np.int64]  # of words, by text
    places: tuple[NDArray[np.uint32], ...]


def read(texts: Sequence[str], vocabulary: Vocabulary) -> Words:
    """Return the words of `texts`, in order, numbered by `vocabulary`."""
    ascii_, simple, slow = _sort(texts)
    numbers: list[NDArray[np.uint32]] = [np.zeros(0, dtype=np.uint32)] * len(texts)
    places = [np.zeros(0, dtype=np.uint32)] * len(texts)
    for group, flatten in ((ascii_, _flat_ascii), (simple, _flat_simple), (slow, _flat_slow)):
        if not group:
            continue
        flat = flatten([texts[i] for i in group])
        edges = _edges(np.frombuffer(b" " + flat.data + b" ", dtype=np.uint8) != _SPACE) - 1
        found = vocabulary.number(flat.data, edges[0::2], edges[1::2])
        ends = np.cumsum(flat.counts).tolist()
        for i, first, last, where in zip(group, [0, *ends], ends, flat.places, strict=False):
            numbers[i], places[i] = found[first:last], where
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in numbers], out=starts[1:])
    empty = np.zeros(0, dtype=np.uint32)
    return Words(np.concatenate([*numbers, empty]), starts, tuple(places))


def _sort(texts: Sequence[str]) -> tuple[list[int], list[int], list[int]]:
    """Return which texts are ASCII, which are simple, and which are neither."""
    ascii_ = [i for i, text in enumerate(texts) if text.isascii()]
    rest = [i for i, text in enumerate(texts) if not text.isascii()]
    if len(rest) < _FEW:
        return ascii_, [], rest
    table, _ = _tables()
    points = _points([texts[i] for i in rest])
    hard = np.flatnonzero(table[np.minimum(points, _LIMIT)] == _SLOW)
    ends = np.cumsum([len(texts[i]) + 1 for i in rest])
    slow = set(np.unique(np.searchsorted(ends, hard, side="right")).tolist())
    return (
        ascii_,
        [i for n, i in enumerate(rest) if n not in slow],
        [i for n, i in enumerate(rest) if n in slow],
    )


def _points(texts: Sequence[str]) -> NDArray[np.uint32]:
    joined = "\n".join(texts) + "\n"
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@cache
def _ascii_table() -> bytes:
    kept = {n: ord(chr(n).lower()) for n in range(128) if chr(n).isalnum()}
    return bytes(kept.get(n, _SPACE) for n in range(256))


@cache
def _tables() -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return, for each character below the limit, what it folds to, and if it can be an initial."""
    folded = np.full(_LIMIT + 1, _SPACE, dtype=np.uint16)
    initial = np.zeros(_LIMIT + 1, dtype=np.bool_)
    for point in range(_LIMIT):
        char = chr(point)
        if not is_simple(char):
            folded[point] = _SLOW
        elif is_word(char):
            folded[point] = ord(fold(char))
            initial[point] = is_initial(char)
    folded[_LIMIT] = _SLOW
    return folded, initial


def _edges(inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where runs of True begin and end, in turn; `inside` is False at both ends."""
    return np.flatnonzero(inside[1:] != inside[:-1]) + 1


def _flat_ascii(texts: Sequence[str]) -> _Flat:
    raw = ("\n".join(texts) + "\n").encode("ascii")
    folded = np.frombuffer(raw.translate(_ascii_table()), dtype=np.uint8)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    dots = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == ord("."))
    joining = _joining(dots, folded, folded >= ord("a"))
    return _flatten(folded, lengths, joining, is_bytes=True)


def _flat_simple(texts: Sequence[str]) -> _Flat:
    table, initial = _tables()
    points = _points(texts)
    folded = table[points]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    dots = np.flatnonzero(points == ord("."))
    return _flatten(folded, lengths, _joining(dots, folded, initial[points]), is_bytes=False)


def _joining(
    dots: NDArray[np.int64], folded: NDArray[np.generic], initial: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return those of `dots` that join single letters: `U.S.`"""
    last = len(folded) - 1  # a newline
    dots = dots[(dots > 0) & (dots < last)]
    dots = dots[initial[dots - 1] & initial[dots + 1]]
    alone = (dots < 2) | (folded[dots - 2] == _SPACE)
    joining: NDArray[np.int64] = dots[alone & (folded[np.minimum(dots + 2, last)] == _SPACE)]
    return joining


def _flatten(
    folded: NDArray[np.generic],
    lengths: NDArray[np.int64],
    joining: NDArray[np.int64],
    *,
    is_bytes: bool,
) -> _Flat:
    """Drop `joining` from `folded`, the texts each followed by a space, and count the words."""
    bounds = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths + 1, out=bounds[1:])
    kept = np.delete(folded, joining) if len(joining) else folded
    inside = np.zeros(len(kept) + 1, dtype=np.bool_)
    np.not_equal(kept, _SPACE, out=inside[1:])
    starts = _edges(inside)[0::2] - 1
    if len(joining):
        # As many dots are gone before a word as lie before it, each having moved up by those gone.
        starts = starts + np.searchsorted(joining - np.arange(len(joining)), starts, side="right")
    firsts = np.searchsorted(starts, bounds)
    data = kept.tobytes() if is_bytes else kept.tobytes().decode("utf-16-le").encode()
    return _Flat(data, np.diff(firsts), _places(starts, firsts, bounds))


def _places(
    starts: NDArray[np.int64], firsts: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], ...]:
    """Return where every 64th word of each text begins in it."""
    first, bound = firsts.tolist(), bounds.tolist()
    return tuple(
        (starts[a:b:STRIDE] - origin).astype(np.uint32)
        for a, b, origin in zip(first, first[1:], bound, strict=False)
    )


def _flat_slow(texts: Sequence[str]) -> _Flat:
    normals = [normalise(text) for text in texts]
    return _Flat(
        " ".join(word for normal in normals for word in normal.words).encode(),
        np.array([len(normal) for normal in normals], dtype=np.int64),
        tuple(np.array(normal.starts[::STRIDE], dtype=np.uint32) for normal in normals),
    )
