"""Find sentence boundaries in official texts, which are full of initials and titles."""

import re
from collections.abc import Iterator
from itertools import pairwise

from archive.text.language import language_of

# A full stop after one of these does not end a sentence.
_ABBREVIATIONS = frozenset(language_of("en").abbreviations)
_SENTENCE_END = re.compile(
    r"(?P<stop>[.!?…؟۔]+)(?P<close>[\"'”’»)\]]*)(?P<space>\s+|(?=[A-ZÀ-ÞА-Я]))|(?P<cjk>[。！？]+[」』”’]*)|(?P<line>\n\s*)"
)
_BEFORE_SENTENCE = " \t\r\n\u00a0\"'“‘«„([—–-•*·"
_AFTER_SENTENCE = " \t\r\n\u00a0.!?…\"'”’»)]"
_WORD_BEFORE = re.compile(r"([\w.]+)$")


def sentence_starts(
    text: str, start: int = 0, end: int | None = None, *, lenient: bool = False
) -> Iterator[int]:
    """Yield the offset of the first letter of each sentence that begins within start–end.

    The start of the text, a paragraph, a list item or a heading begins a sentence too. `lenient`
    also treats the full stop of a title or an initial before a capital as an end.
    """
    limit = len(text) if end is None else end
    if start == 0 and (offset := _skip_opening_marks(text, 0)) < limit:
        yield offset
    for match in _SENTENCE_END.finditer(text, max(0, start - 6), min(len(text), limit + 1)):
        offset = _skip_opening_marks(text, match.end())
        if (
            start <= offset <= limit
            and offset < len(text)
            and _is_sentence_end(text, match, offset, lenient)
        ):
            yield offset


def _skip_opening_marks(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] in _BEFORE_SENTENCE:
        offset += 1
    return offset


def _is_sentence_end(text: str, match: re.Match[str], next_start: int, lenient: bool) -> bool:
    if match["cjk"]:
        return True
    next_char = text[next_start]
    if match["line"]:
        # A merely wrapped line continues with a lower-case letter.
        return "\n" in match["line"].strip(" ")[1:] or not next_char.islower()
    if "\n" in match["space"]:
        return True
    if not match["space"]:
        # No space: `policies.The` is an end; `U.S.A` and `example.Com` rarely matter.
        before = text[max(0, match.start() - 2) : match.start()]
        return len(before) == 2 and before.islower()
    if next_char.islower():
        return False
    if match["stop"] != "." or lenient:
        return True
    preceding = _WORD_BEFORE.search(text, max(0, match.start() - 20), match.start())
    word = preceding[1] if preceding else ""
    if match["close"]:
        return True
    return word.replace(".", "").lower() not in _ABBREVIATIONS and not _is_initial(word)


def _is_initial(word: str) -> bool:
    """Return whether a full stop after `word` belongs to it: J. Smith, U.S. Government."""
    return (len(word) == 1 and word.isupper() and word != "I") or "." in word


def count_whole_sentences(text: str, start: int, end: int) -> int:
    """Return how many whole sentences lie between two words, from `start` to `end`.

    `start` is the end of the first word, `end` the start of the second. A gap that runs from one
    full stop to another counts as a sentence even if a stop might belong to a title, because
    the omission runs from stop to stop.
    """
    starts = sorted(set(sentence_starts(text, start, end)))
    if len(starts) < 2:
        lenient_starts = sorted(set(sentence_starts(text, start, end, lenient=True)))
        gap = text[start:end]
        gap_start = start + len(gap) - len(gap.lstrip(_AFTER_SENTENCE))
        if (
            len(lenient_starts) > 1
            and lenient_starts[0] <= _skip_opening_marks(text, gap_start)
            and lenient_starts[-1] >= _skip_opening_marks(text, end)
        ):
            return 1
    return sum(1 for first, second in pairwise(starts) if text[first:second].strip())
