"""Read many texts as words at once: what `index.normalise` says of each, twenty times as fast.

Texts are taken three ways. ASCII goes through one translation table; text of characters that fold
one for one through another; the few texts left (marks, ligatures, CJK, soft hyphens …) one by one
through `index.normalise`. A test holds that the ways agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.normalise import normalise
from index.phrases.build.vocabulary import Vocabulary
from index.word_forms import fold, is_initial, is_simple, is_word

STRIDE = 16  # every so many words, the place in the text is kept
_LIMIT = 0x3000  # above lie CJK and the like
_SPACE = 32
_SLOW = 0  # stands for a character that needs its neighbours
_FEW = 50  # fewer texts than this are not worth making the tables for


@dataclass(frozen=True, slots=True)
class TokenizedTexts:
    """The words of some texts: numbers one after another, and where texts begin among them."""

    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]  # one more than texts
    places: tuple[NDArray[np.uint32], ...]  # of each text: where words 0, 16, 32 … begin


@dataclass(frozen=True, slots=True)
class _Flat:
    """Words of a group of texts as folded bytes parted by spaces."""

    data: bytes
    counts: NDArray[np.int64]  # of words, by text
    places: tuple[NDArray[np.uint32], ...]


def tokenize(texts: Sequence[str], vocabulary: Vocabulary) -> TokenizedTexts:
    """Return the words of `texts`, in order, numbered by `vocabulary`."""
    plain = [i for i, text in enumerate(texts) if text.isascii()]
    rest = [i for i, text in enumerate(texts) if not text.isascii()]
    groups = [(plain, _flat_ascii([texts[i] for i in plain]))] if plain else []
    if len(rest) >= _FEW:
        simple, flat, rest = _flat_simple(texts, rest)
        groups.append((simple, flat))
    if rest:
        groups.append((rest, _flat_slow([texts[i] for i in rest])))
    numbers: list[NDArray[np.uint32]] = [np.zeros(0, dtype=np.uint32)] * len(texts)
    places = [np.zeros(0, dtype=np.uint32)] * len(texts)
    for group, flat in groups:
        edges = _edges(np.frombuffer(b" " + flat.data + b" ", dtype=np.uint8) != _SPACE) - 1
        found = vocabulary.number(flat.data, edges[0::2], edges[1::2])
        ends = np.cumsum(flat.counts).tolist()
        for i, first, last, where in zip(group, [0, *ends], ends, flat.places, strict=False):
            numbers[i], places[i] = found[first:last], where
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in numbers], out=starts[1:])
    empty = np.zeros(0, dtype=np.uint32)
    return TokenizedTexts(np.concatenate([*numbers, empty]), starts, tuple(places))


@cache
def _ascii_table() -> bytes:
    kept = {n: ord(chr(n).lower()) for n in range(128) if chr(n).isalnum()}
    return bytes(kept.get(n, _SPACE) for n in range(256))


@cache
def _tables() -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return, for each UTF-16 unit, what it folds to, and if it can be an initial."""
    folded = np.full(1 << 16, _SLOW, dtype=np.uint16)
    initial = np.zeros(1 << 16, dtype=np.bool_)
    for point in range(_LIMIT):
        char = chr(point)
        if is_simple(char):
            word = is_word(char)
            folded[point] = ord(fold(char)) if word else _SPACE
            initial[point] = word and is_initial(char)
    return folded, initial


def _edges(inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where runs of True begin and end, in turn; `inside` is False at both ends."""
    return np.flatnonzero(inside[1:] != inside[:-1]) + 1


def _flat_ascii(texts: Sequence[str]) -> _Flat:
    raw = ("\n".join(texts) + "\n").encode("ascii")
    folded = np.frombuffer(raw.translate(_ascii_table()), dtype=np.uint8)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    dots = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == ord("."))
    dots = dots[(dots > 0) & (dots < len(folded) - 1)]
    dots = dots[(folded[dots - 1] >= ord("a")) & (folded[dots + 1] >= ord("a"))]
    return _flatten(folded, lengths, _joining(dots, folded), is_bytes=True)


def _flat_simple(texts: Sequence[str], chosen: Sequence[int]) -> tuple[list[int], _Flat, list[int]]:
    """Return which of the `chosen` texts are simple, their words, and which are not."""
    table, initial = _tables()
    units = [f"{texts[i]}\n".encode("utf-16-le", "surrogatepass") for i in chosen]
    sizes = np.fromiter(map(len, units), dtype=np.int64, count=len(units)) // 2
    points = np.frombuffer(b"".join(units), dtype="<u2")
    folded = table[points]
    # What lies above U+FFFF is two units, and slow: so lengths are those of the text elsewhere.
    slow = np.zeros(len(chosen), dtype=np.bool_)
    slow[np.searchsorted(np.cumsum(sizes), np.flatnonzero(folded == _SLOW), "right")] = True
    if slow.any():
        kept = np.repeat(~slow, sizes)
        points, folded, sizes = points[kept], folded[kept], sizes[~slow]
    dots = np.flatnonzero(points == ord("."))
    dots = dots[(dots > 0) & (dots < len(points) - 1)]
    dots = dots[initial[points[dots - 1]] & initial[points[dots + 1]]]
    flat = _flatten(folded, sizes - 1, _joining(dots, folded), is_bytes=False)
    which = np.array(chosen)
    return which[~slow].tolist(), flat, which[slow].tolist()


def _joining(dots: NDArray[np.int64], folded: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return those of `dots`, all between letters, that join single letters: `U.S.`"""
    alone = (dots < 2) | (folded[dots - 2] == _SPACE)
    last = len(folded) - 1  # a newline
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
    """Return where every 16th word of each text begins in it."""
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
