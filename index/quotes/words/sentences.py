"""Where sentences begin: in the words of officials, which are full of initials and titles."""

import re
from collections.abc import Iterator
from itertools import pairwise

# A full stop behind these ends no sentence.
_SHORT = """
mr mrs ms mx dr st prof sen sens rep reps gov gen col lt sgt maj capt cmdr adm amb sec
hon rev fr sr jr esq no nos art arts para paras vol pp ed eds fig cf vs v al etc inc ltd
corp co jan feb mar apr jun jul aug sept sep oct nov dec approx dept est min max messrs
mme mlle eg ie viz
"""
_ABBREVIATIONS = frozenset(_SHORT.split())
_END = re.compile(
    r"(?P<stop>[.!?…؟۔]+)(?P<close>[\"'”’»)\]]*)(?P<space>\s+|(?=[A-ZÀ-ÞА-Я]))|(?P<cjk>[。！？]+[」』”’]*)|(?P<line>\n\s*)"
)
_OPEN = " \t\r\n\u00a0\"'“‘«„([—–-•*·"
_CLOSED = " \t\r\n\u00a0.!?…\"'”’»)]"
_WORD_BEFORE = re.compile(r"([\w.]+)$")


def sentence_starts(
    text: str, start: int = 0, end: int | None = None, *, lenient: bool = False
) -> Iterator[int]:
    """Yield the offset of the first letter of each sentence that begins within start–end.

    A text's beginning, a new paragraph, list item or heading begins a sentence too. `lenient`
    takes the full stop of a title or an initial before a capital for an end.
    """
    stop = len(text) if end is None else end
    if start == 0 and (first := _first(text, 0)) < stop:
        yield first
    for match in _END.finditer(text, max(0, start - 6), min(len(text), stop + 1)):
        place = _first(text, match.end())
        if start <= place <= stop and place < len(text) and _ends(text, match, place, lenient):
            yield place


def _first(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] in _OPEN:
        offset += 1
    return offset


def _ends(text: str, match: re.Match[str], place: int, lenient: bool) -> bool:
    if match["cjk"]:
        return True
    follows = text[place]
    if match["line"]:
        # A line that was only wrapped goes on with a small letter.
        return "\n" in match["line"].strip(" ")[1:] or not follows.islower()
    if "\n" in match["space"]:
        return True
    if not match["space"]:
        # No space: `policies.The` is an end, `U.S.A` and `example.Com` rarely matter.
        before = text[max(0, match.start() - 2) : match.start()]
        return len(before) == 2 and before.islower()
    if follows.islower():
        return False
    if match["stop"] != "." or lenient:
        return True
    held = _WORD_BEFORE.search(text, max(0, match.start() - 20), match.start())
    word = held[1] if held else ""
    if match["close"]:
        return True
    return word.replace(".", "").lower() not in _ABBREVIATIONS and not _initial(word)


def _initial(word: str) -> bool:
    """Tell whether a full stop behind `word` belongs to it: J. Smith, U.S. Government."""
    return (len(word) == 1 and word.isupper() and word != "I") or "." in word


def whole_sentences(text: str, start: int, end: int) -> int:
    """Return how many sentences lie whole between two words: `start` ends one, `end` begins one.

    A gap that begins behind a full stop and ends with one is a sentence, even if the stop might be
    that of a title: whoever skipped it, skipped from stop to stop.
    """
    found = sorted(set(sentence_starts(text, start, end)))
    if len(found) < 2:
        every = sorted(set(sentence_starts(text, start, end, lenient=True)))
        gap = text[start:end]
        first = start + len(gap) - len(gap.lstrip(_CLOSED))
        if len(every) > 1 and every[0] <= _first(text, first) and every[-1] >= _first(text, end):
            return 1
    return sum(1 for one, two in pairwise(found) if text[one:two].strip())
