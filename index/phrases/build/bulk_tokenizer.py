"""Tokenize many texts at once: the words that `index.text_to_words` returns, twenty times as fast.

Figures and words in pieces are taken out first (`special_spans`), and inserted again at the end.
What is left is tokenized in one of three ways. ASCII goes through one translation table; text of
characters that fold one for one, or are œ, æ or ß, through another; the few texts left (marks, CJK,
ligatures …) one by one through `index.text_to_words`. A test checks that the three agree.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.text.figures import WordSpan
from index.fold_spelling import fold, is_simple
from index.phrases.build.vocabulary import Vocabulary
from index.text_to_words import blank, normalise_tokens, special_spans
from index.token_pattern import is_initial, is_word

STRIDE = 8  # every so many words, the offset in the text is recorded
# Set in the offset of a stride in which a word is not its token (text_to_words.special_spans): the
# words of all others are read from the text as tokens, which is several times as fast.
SPECIAL_STRIDE = 1 << 31
_FIRST_COMPLEX_POINT = 0x3000  # code points from here on (CJK …) are not simple
_SPACE = 32
_OFFSET_BITS = 32  # of a text's number in a group and an offset in the text, packed in one number
_OFFSET_MASK = (1 << _OFFSET_BITS) - 1
_NOT_SIMPLE = 0  # marks a character that does not fold by itself
_TWO_LETTERS = {"œ": "oe", "æ": "ae", "ß": "ss", "Œ": "oe", "Æ": "ae", "ẞ": "ss"}
_TWO_LETTER = re.compile("[œæßŒÆẞ]")
_TWO_LETTER_TABLE = str.maketrans(_TWO_LETTERS)
_TWO_LETTER_INITIAL = re.compile(r"[œæßŒÆẞ]\.|\.[œæßŒÆẞ]")  # not written out: œ.u. is initials
_MIN_TABLE_TEXTS = 50  # fewer texts than this are not worth building the tables for


@dataclass(frozen=True, slots=True)
class TokenizedTexts:
    """The words of some texts: vocabulary indexes one after another, and where each text begins."""

    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]  # in `numbers`; one more than texts
    offsets: tuple[NDArray[np.uint32], ...]  # of words 0, 8, 16 … in each text; see SPECIAL_STRIDE


@dataclass(frozen=True, slots=True)
class _FoldedTexts:
    """The tokens of a group of texts as folded bytes separated by spaces, and their offsets."""

    data: bytes
    counts: NDArray[np.int64]  # tokens of each text
    offsets: NDArray[np.int64]  # of all tokens, each in its text


def tokenize(
    texts: Sequence[str], decimals: Sequence[str], vocabulary: Vocabulary
) -> TokenizedTexts:
    """Return the words of `texts`, in order, numbered by `vocabulary`.

    `decimals`: the decimal mark of each text's language.
    """
    spans = [special_spans(*pair) for pair in zip(texts, decimals, strict=True)]
    plain = [blank(*pair) if pair[1] else pair[0] for pair in zip(texts, spans, strict=True)]
    numbers: list[NDArray[np.uint32]] = [np.zeros(0, dtype=np.uint32)] * len(texts)
    offsets = [np.zeros(0, dtype=np.uint32)] * len(texts)
    for group, folded in _fold_groups(plain):
        is_token = np.frombuffer(b" " + folded.data + b" ", dtype=np.uint8) != _SPACE
        edges = _find_edges(is_token) - 1
        group_numbers = vocabulary.number(folded.data, edges[0::2], edges[1::2])
        keys = _place(np.repeat(np.arange(len(group)), folded.counts), folded.offsets)
        keys, group_numbers = _insert_special_words(
            keys, group_numbers, [spans[i] for i in group], vocabulary
        )
        ends = np.searchsorted(keys, _place(np.arange(1, len(group) + 1), np.zeros(1))).tolist()
        for i, first, last in zip(group, [0, *ends], ends, strict=False):
            numbers[i] = group_numbers[first:last]
            samples = (keys[first:last:STRIDE] & _OFFSET_MASK).astype(np.uint32)
            offsets[i] = _mark_special(samples, spans[i])
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text_numbers) for text_numbers in numbers], out=starts[1:])
    empty = np.zeros(0, dtype=np.uint32)
    return TokenizedTexts(np.concatenate([*numbers, empty]), starts, tuple(offsets))


def _mark_special(offsets: NDArray[np.uint32], spans: Sequence[WordSpan]) -> NDArray[np.uint32]:
    """Return the sampled `offsets` of a text, those marked from which on one of `spans` follows."""
    if spans and len(offsets):
        bounds = np.array([(span.start, span.end - 1) for span in spans], dtype=np.uint32)
        strides = np.searchsorted(offsets, bounds.ravel(), "right") - 1
        offsets[strides[strides >= 0]] |= SPECIAL_STRIDE
    return offsets


def _place(texts: NDArray[Any], offsets: NDArray[Any]) -> NDArray[np.int64]:
    """Return one number for a text of a group and an offset in it; they sort as the pairs do."""
    return (texts.astype(np.int64) << _OFFSET_BITS) + offsets.astype(np.int64)


def _insert_special_words(
    keys: NDArray[np.int64],
    numbers: NDArray[np.uint32],
    spans: Sequence[Sequence[WordSpan]],
    vocabulary: Vocabulary,
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Insert the words of `spans`, which are blank in the texts, among the words at `keys`."""
    words = [
        (text, span.start, word.encode("utf-8", "surrogatepass"))
        for text, text_spans in enumerate(spans)
        for span in text_spans
        for word in span.words
    ]
    if not words:
        return keys, numbers
    texts, starts, encoded = zip(*words, strict=True)
    new_keys = _place(np.array(texts), np.array(starts))
    new_numbers = vocabulary.number_words(list(encoded))
    positions = np.searchsorted(keys, new_keys)
    return np.insert(keys, positions, new_keys), np.insert(numbers, positions, new_numbers)


def _fold_groups(texts: Sequence[str]) -> Iterator[tuple[Sequence[int], _FoldedTexts]]:
    """Yield groups of indexes into `texts`, and the tokens of each group."""
    ascii_texts = [i for i, text in enumerate(texts) if text.isascii()]
    others = [i for i, text in enumerate(texts) if not text.isascii()]
    if ascii_texts:
        yield ascii_texts, _fold_ascii([texts[i] for i in ascii_texts])
    if len(others) >= _MIN_TABLE_TEXTS:
        simple_texts, folded_texts, others = _fold_simple(texts, others)
        yield simple_texts, folded_texts
    if others:
        yield others, _fold_one_by_one([texts[i] for i in others])


@cache
def _ascii_table() -> bytes:
    lower_case = {n: ord(chr(n).lower()) for n in range(128) if chr(n).isalnum()}
    return bytes(lower_case.get(n, _SPACE) for n in range(256))


@cache
def _fold_tables() -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return, for each UTF-16 code unit, what it folds to, and whether it can be an initial."""
    folded = np.full(1 << 16, _NOT_SIMPLE, dtype=np.uint16)
    is_initial_letter = np.zeros(1 << 16, dtype=np.bool_)
    for point in range(_FIRST_COMPLEX_POINT):
        char = chr(point)
        if is_simple(char):
            word = is_word(char)
            folded[point] = ord(fold(char)) if word else _SPACE
            is_initial_letter[point] = word and is_initial(char)
    return folded, is_initial_letter


def _find_edges(is_word: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where runs of True begin and end, alternately; `is_word` is False at both ends."""
    return np.flatnonzero(is_word[1:] != is_word[:-1]) + 1


def _fold_ascii(texts: Sequence[str]) -> _FoldedTexts:
    """Return the words of ASCII texts."""
    raw = ("\n".join(texts) + "\n").encode("ascii")
    folded = np.frombuffer(raw.translate(_ascii_table()), dtype=np.uint8)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    dots = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == ord("."))
    dots = dots[(dots > 0) & (dots < len(folded) - 1)]
    dots = dots[(folded[dots - 1] >= ord("a")) & (folded[dots + 1] >= ord("a"))]
    return _flatten(folded, lengths, _find_joining_dots(dots, folded), is_bytes=True)


def _fold_simple(
    texts: Sequence[str], chosen: Sequence[int]
) -> tuple[list[int], _FoldedTexts, list[int]]:
    """Return which of the `chosen` texts are simple, their words, and which are not simple."""
    fold_table, is_initial_letter = _fold_tables()
    expanded = [_write_out(texts[i]) for i in chosen]
    encoded = [f"{text}\n".encode("utf-16-le", "surrogatepass") for text, _ in expanded]
    unit_counts = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)) // 2
    units = np.frombuffer(b"".join(encoded), dtype="<u2")
    folded = fold_table[units]
    # Characters above U+FFFF are two units, and slow: so the other texts have a unit a character.
    is_slow = np.zeros(len(chosen), dtype=np.bool_)
    is_slow[
        np.searchsorted(np.cumsum(unit_counts), np.flatnonzero(folded == _NOT_SIMPLE), "right")
    ] = True
    if is_slow.any():
        is_simple_unit = np.repeat(~is_slow, unit_counts)
        units, folded, unit_counts = (
            units[is_simple_unit],
            folded[is_simple_unit],
            unit_counts[~is_slow],
        )
    dots = np.flatnonzero(units == ord("."))
    dots = dots[(dots > 0) & (dots < len(units) - 1)]
    dots = dots[is_initial_letter[units[dots - 1]] & is_initial_letter[units[dots + 1]]]
    folded_texts = _flatten(
        folded, unit_counts - 1, _find_joining_dots(dots, folded), is_bytes=False
    )
    added = [
        letters for (_, letters), slow in zip(expanded, is_slow.tolist(), strict=True) if not slow
    ]
    _move_back(folded_texts, added)
    indexes = np.array(chosen)
    return indexes[~is_slow].tolist(), folded_texts, indexes[is_slow].tolist()


def _write_out(text: str) -> tuple[str, Sequence[int]]:
    """Return `text` with œ, æ, ß as two letters, and the offset in it of the first of each two."""
    if not _TWO_LETTER.search(text) or _TWO_LETTER_INITIAL.search(text):
        return text, ()
    offsets = [match.start() + n for n, match in enumerate(_TWO_LETTER.finditer(text))]
    return text.translate(_TWO_LETTER_TABLE), offsets


def _move_back(folded: _FoldedTexts, added: Sequence[Sequence[int]]) -> None:
    """Move the offsets of tokens to where they are in texts without the letters `added`."""
    first = 0
    for count, letters in zip(folded.counts.tolist(), added, strict=True):
        if letters:
            stretch = folded.offsets[first : first + count]
            stretch -= np.searchsorted(np.array(letters), stretch, "left")
        first += count


def _find_joining_dots(dots: NDArray[np.int64], folded: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return those of `dots`, all between letters, that join single letters: `U.S.`"""
    is_after_single = (dots < 2) | (folded[dots - 2] == _SPACE)
    last = len(folded) - 1  # a newline
    joining: NDArray[np.int64] = dots[
        is_after_single & (folded[np.minimum(dots + 2, last)] == _SPACE)
    ]
    return joining


def _flatten(
    folded: NDArray[np.generic],
    lengths: NDArray[np.int64],
    joining: NDArray[np.int64],
    *,
    is_bytes: bool,
) -> _FoldedTexts:
    """Drop the dots `joining` from `folded`, where a space follows each text; count the words."""
    text_starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths + 1, out=text_starts[1:])
    characters = np.delete(folded, joining) if len(joining) else folded
    is_word = np.zeros(len(characters) + 1, dtype=np.bool_)
    np.not_equal(characters, _SPACE, out=is_word[1:])
    starts = _find_edges(is_word)[0::2] - 1
    if len(joining):
        # A word has moved left by the number of dots dropped before it: add that to its offset.
        starts = starts + np.searchsorted(joining - np.arange(len(joining)), starts, side="right")
    first_words = np.searchsorted(starts, text_starts)
    data = characters.tobytes() if is_bytes else characters.tobytes().decode("utf-16-le").encode()
    counts = np.diff(first_words)
    return _FoldedTexts(data, counts, starts - np.repeat(text_starts[:-1], counts))


def _fold_one_by_one(texts: Sequence[str]) -> _FoldedTexts:
    """Return the tokens of texts that `index.text_to_words` reads one by one."""
    normals = [normalise_tokens(text) for text in texts]
    offsets = [np.array(normal.starts, dtype=np.int64) for normal in normals]
    return _FoldedTexts(
        " ".join(word for normal in normals for word in normal.words).encode(),
        np.array([len(normal) for normal in normals], dtype=np.int64),
        np.concatenate([*offsets, np.zeros(0, dtype=np.int64)]),
    )
