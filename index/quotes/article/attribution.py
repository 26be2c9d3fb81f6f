"""To whom an article credits a quotation: the name beside a saying verb."""

import re
from itertools import pairwise

from index.quotes.words.quotation_marks import SAYING

_NEAR = 600  # characters around a quotation in which its speaker is looked for
_NAME = (
    r"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)\s+)?"
    r"(?:[\w’'.&/-]+\s+){0,9}?[\w’'.&/-]+"
)
_SAID = f"(?:{SAYING.pattern})"
_GOES_ON = r"in|on|at|to|after|during|when|who|as|while|about|with|from|that|and"
_AFTER = re.compile(
    rf"^[\s,;:”’\"'»—–-]*(?:{_SAID}\s+(?P<behind>{_NAME})"
    rf"(?=[,.;:“\"—–]|\s+(?:{_GOES_ON})\b|$)"
    rf"|(?P<ahead>{_NAME})\s+(?:(?:has|have|had|also|then|later|\w+ly)\s+)*{_SAID})",
    re.I,
)
_ACCORDING = re.compile(rf"\baccording to\s+(?P<name>{_NAME})(?=[,.;:“\"—–]|$)", re.I)
_LEADING = re.compile(
    r"^(?:Meanwhile|However|But|And|Still|Yet|On [^,]{1,30},|In [^,]{1,30},|Yesterday|Today|"
    r"Earlier|Later|Afterwards|Instead|Moreover|Also)\b,?\s*"
)
_PRONOUN = re.compile(r"^(?:he|she|they|it|who|which|that|and|but|i|we|you)$", re.I)
_OPENER = r"\b(?:statement|in part|as follows|following|tweet|letter)\b"
_INTRODUCES = re.compile(rf"(?:{SAYING.pattern}|{_OPENER})[^.!?“”\"]{{0,90}}:\s*$", re.I)


def introduced(paragraph: str) -> bool:
    """Tell whether a paragraph ends by saying that somebody's words follow."""
    return paragraph.rstrip().endswith(":") and _INTRODUCES.search(paragraph[-260:]) is not None


def find_attribution(
    text: str, pieces: tuple[tuple[int, int], ...], paragraph: tuple[int, int], lead: str
) -> str:
    """Return who is said to have said it, as the article puts it; "" where it does not say."""
    start, end = pieces[0][0], pieces[-1][1]
    for one, two in pairwise(pieces):
        if name := _behind(text[one[1] : two[0]]):
            return name
    behind = _first_sentence(text[end : min(max(end, paragraph[1]), end + _NEAR)])
    if name := _behind(behind):
        return name
    ahead = text[max(paragraph[0], start - _NEAR) : start] if paragraph[0] < start else ""
    if name := _before(_last_sentence(ahead)):
        return name
    if ahead.strip("”“\"'‘’« "):
        return ""
    return _before(_last_sentence(lead.rstrip().rstrip(":"))) if introduced(lead) else ""


_STOP = re.compile(
    r"(?<=[a-z)])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSen)(?<!\bRep)(?<!\bGov)[.!?](?:\s|$)|[“\"«]"
)


def _first_sentence(text: str) -> str:
    text = text.lstrip("”’\"'» ")
    cut = _STOP.search(text)
    return text[: cut.start()] if cut else text[:300]


def _last_sentence(text: str) -> str:
    ends = [cut.end() for cut in re.finditer(r"(?<=[a-z)”\"’])[.!?]\s+(?=[A-Z“])", text)]
    return text[ends[-1] :] if ends else text


def _behind(text: str) -> str:
    if match := _ACCORDING.search(text[:200]):
        return _tidy(match["name"])
    match = _AFTER.match(text[:300])
    return _tidy(match["behind"] or match["ahead"] or "") if match else ""


def _before(sentence: str) -> str:
    """Return the subject of what leads up to a quotation: what stands before the first verb."""
    sentence = " ".join(sentence.split()).rstrip(" ,:“‘\"'«„—–-")
    if match := _ACCORDING.search(sentence):
        return _tidy(match["name"])
    verb = SAYING.search(sentence)
    if verb is None:
        verb = re.search(
            r"\b(?:maintaining|vowed|issued|reported|reportedly|demanded|claimed|claims?|described|"
            r"denied|condemned|disavowed|promised|has|have|is|was|were|will)\b",
            sentence,
        )
    if verb is None:
        return ""
    subject = sentence[: verb.start()].strip(" ,")
    subject = _LEADING.sub("", subject)
    subject = re.split(r",\s+(?!(?:Jr|Sr)\b)", subject)[0]
    subject = re.sub(r"\s+(?:has|have|had|also|then|later|reportedly|and|who|was|is)$", "", subject)
    return _tidy(subject)


def _tidy(name: str) -> str:
    name = " ".join(name.split()).strip(" ,.;:—–-’'\"“”")
    return "" if _PRONOUN.match(name) or len(name) > 160 else name
