"""Find attributions inside one pair of quotation marks, and in dialogue that a dash opens.

« Nous n’irons pas, a-t-il déclaré, avant mardi. » · «No iremos —dijo Ana— hasta el martes.» ·
«Мы не пойдём, — заявил представитель, — до вторника.»
"""

import re
from collections.abc import Iterator

from index.quotes.words.speech_verbs import INVERTED_VERB

_MAX_WORDS = 14  # of an attribution
_DASH = r"[—–―-]"
# Up to the next mark; the full stop of “M. Holm” and “Dr. Holm” is none.
_TITLE_STOP = r"(?<=\b[A-ZÀ-ÞА-Я])\.(?=\s\w)|(?<=\b[A-Z][rs])\.(?=\s\w)|(?<=\bSra)\.(?=\s\w)"
_CLAUSE = rf"(?:[^,;:.!?…«»“”„—–―\n]|{_TITLE_STOP}){{0,90}}"
_VERB_FIRST = rf"(?:[\w’'-]+\s+){{0,2}}?[\w’'-]*?(?<!\w){INVERTED_VERB}(?!\w){_CLAUSE}"
_NAME_IN_APPOSITION = r"(?:,\s[A-ZÀ-ÞА-Я][\w’'-]*\.?(?:\s[A-ZÀ-ÞА-Я][\w’'-]*){1,3}(?=,))?"
_END = r"[.,]?(?=\s*$)|[.](?=\s)"
_BETWEEN_DASHES = re.compile(
    rf"(?P<stop>[,.!?…]?)(?P<middle>\s{_DASH}\s?{_VERB_FIRST}(?:,[^,;:.!?…«»“”„—–―\n]{{1,60}})?"
    rf"(?:(?P<close>[,.:;]?\s?{_DASH})(?=[\s.,;:!?…]|\w)|{_END}))",
    re.I,
)
_BETWEEN_COMMAS = re.compile(
    rf"(?P<stop>[,!?…])(?P<middle>\s(?i:{_VERB_FIRST}){_NAME_IN_APPOSITION}(?:,(?=\s)|{_END}))"
)


def find_inner_attributions(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each attribution: the words from its opening mark to its closing mark.

    The words may be the text's own: whoever compares it with a source keeps what the source has.
    """
    end = 0
    matches = [*_BETWEEN_DASHES.finditer(text), *_BETWEEN_COMMAS.finditer(text)]
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start("middle") >= end and len(match["middle"].split()) <= _MAX_WORDS:
            end = match.end("middle")
            yield match.start("middle"), end
