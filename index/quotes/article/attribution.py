"""Find to whom an article attributes a quotation: the name next to a saying verb."""

import re
from itertools import pairwise

from index.quotes.words.quotation_marks import SAYING_VERB

_MAX_DISTANCE_CHARS = 600  # searched for the speaker before and after a quotation
_NAME = (
    r"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)\s+)?"
    r"(?:[\w’'.&/-]+\s+){0,9}?[\w’'.&/-]+"
)
_SAYING_VERB = f"(?:{SAYING_VERB.pattern})"
_AFTER_NAME = r"in|on|at|to|after|during|when|who|as|while|about|with|from|that|and"
_ATTRIBUTION_AFTER = re.compile(
    rf"^[\s,;:”’\"'»—–-]*(?:{_SAYING_VERB}\s+(?P<behind>{_NAME})"
    rf"(?=[,.;:“\"—–]|\s+(?:{_AFTER_NAME})\b|$)"
    rf"|(?P<ahead>{_NAME})\s+(?:(?:has|have|had|also|then|later|\w+ly)\s+)*{_SAYING_VERB})",
    re.I,
)
_ACCORDING_TO = re.compile(rf"\baccording to\s+(?P<name>{_NAME})(?=[,.;:“\"—–]|$)", re.I)
_LEADING_ADVERB = re.compile(
    r"^(?:Meanwhile|However|But|And|Still|Yet|On [^,]{1,30},|In [^,]{1,30},|Yesterday|Today|"
    r"Earlier|Later|Afterwards|Instead|Moreover|Also)\b,?\s*"
)
_PRONOUN = re.compile(r"^(?:he|she|they|it|who|which|that|and|but|i|we|you)$", re.I)
_OPENING_PHRASE = r"\b(?:statement|in part|as follows|following|tweet|letter)\b"
_INTRODUCTION = re.compile(
    rf"(?:{SAYING_VERB.pattern}|{_OPENING_PHRASE})[^.!?“”\"]{{0,90}}:\s*$", re.I
)


def introduces_quotation(paragraph: str) -> bool:
    """Return whether a paragraph ends with a saying verb and a colon."""
    return paragraph.rstrip().endswith(":") and _INTRODUCTION.search(paragraph[-260:]) is not None


def find_attribution(
    text: str,
    pieces: tuple[tuple[int, int], ...],
    paragraph: tuple[int, int],
    previous_paragraph: str,
) -> str:
    """Return to whom a quotation is attributed, in the article's words; "" where nobody is named.

    `pieces` are the character spans of its parts, `paragraph` of its paragraph.
    """
    start, end = pieces[0][0], pieces[-1][1]
    for piece, next_piece in pairwise(pieces):
        if name := _name_after(text[piece[1] : next_piece[0]]):
            return name
    text_after = _first_sentence(text[end : min(max(end, paragraph[1]), end + _MAX_DISTANCE_CHARS)])
    if name := _name_after(text_after):
        return name
    text_before = (
        text[max(paragraph[0], start - _MAX_DISTANCE_CHARS) : start] if paragraph[0] < start else ""
    )
    if name := _name_before(_last_sentence(text_before)):
        return name
    if text_before.strip("”“\"'‘’« "):
        return ""
    return (
        _name_before(_last_sentence(previous_paragraph.rstrip().rstrip(":")))
        if introduces_quotation(previous_paragraph)
        else ""
    )


_SENTENCE_END = re.compile(
    r"(?<=[a-z)])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSen)(?<!\bRep)(?<!\bGov)[.!?](?:\s|$)|[“\"«]"
)


def _first_sentence(text: str) -> str:
    text = text.lstrip("”’\"'» ")
    stop = _SENTENCE_END.search(text)
    return text[: stop.start()] if stop else text[:300]


def _last_sentence(text: str) -> str:
    ends = [stop.end() for stop in re.finditer(r"(?<=[a-z)”\"’])[.!?]\s+(?=[A-Z“])", text)]
    return text[ends[-1] :] if ends else text


def _name_after(text: str) -> str:
    if match := _ACCORDING_TO.search(text[:200]):
        return _clean_name(match["name"])
    match = _ATTRIBUTION_AFTER.match(text[:300])
    return _clean_name(match["behind"] or match["ahead"] or "") if match else ""


def _name_before(sentence: str) -> str:
    """Return the subject of the sentence before a quotation: the words before its verb."""
    sentence = " ".join(sentence.split()).rstrip(" ,:“‘\"'«„—–-")
    if match := _ACCORDING_TO.search(sentence):
        return _clean_name(match["name"])
    verb = SAYING_VERB.search(sentence)
    if verb is None:
        verb = re.search(
            r"\b(?:maintaining|vowed|issued|reported|reportedly|demanded|claimed|claims?|described|"
            r"denied|condemned|disavowed|promised|has|have|is|was|were|will)\b",
            sentence,
        )
    if verb is None:
        return ""
    subject = sentence[: verb.start()].strip(" ,")
    subject = _LEADING_ADVERB.sub("", subject)
    subject = re.split(r",\s+(?!(?:Jr|Sr)\b)", subject)[0]
    subject = re.sub(r"\s+(?:has|have|had|also|then|later|reportedly|and|who|was|is)$", "", subject)
    return _clean_name(subject)


def _clean_name(name: str) -> str:
    name = " ".join(name.split()).strip(" ,.;:—–-’'\"“”")
    return "" if _PRONOUN.match(name) or len(name) > 160 else name
