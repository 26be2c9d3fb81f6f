"""Find to whom an article attributes a quotation: the name next to a saying verb."""

import re
from itertools import pairwise

from index.quotes.article.sentence_subject import find_subject, strip_day
from index.quotes.words.speech_verbs import ACCORDING_TO, ASKING, SAYING_VERB, UNSPACED_VERB

_MAX_DISTANCE_CHARS = 600  # searched for the speaker before and after a quotation
_NAME = (
    r"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)\s+)?"
    r"(?:[\w’'.&/-]+\s+){0,9}?[\w’'.&/-]+"
)
_SAYING_VERB = f"(?:{SAYING_VERB.pattern})"
_AFTER_NAME = (
    r"in|on|at|to|after|during|when|who|as|while|about|with|from|that|and|"
    r"i|på|à|en|im|am|auf|em|в|на|w|na|te|op|qui|que|quien|который|которая"
)
_NO_TITLE = "".join(
    rf"(?<!\b{title})" for title in ("M", "Mr", "Ms", "Mrs", "Dr", "Sr", "Sra", "Mme", "Prof")
)
_AUXILIARY = r"(?:(?:a|ont|avait|ha|han|hanno|hat|haben|har|heeft|va)\s+)?"
_ATTRIBUTION_AFTER = re.compile(
    rf"^[\s,;:”’\"'»«“‘‚„‹›<>，」』—–-]*(?:{_AUXILIARY}{_SAYING_VERB}\s+(?P<behind>{_NAME})"
    rf"{_NO_TITLE}(?=\s*[,.;:“”„«»\"—–<]|\s+(?:{_AFTER_NAME})\b|$)"
    rf"|と?(?P<unspaced>[\u3040-\u30ff\u4e00-\u9fff]{{1,20}}?)(?:{UNSPACED_VERB})"
    rf"|(?P<ahead>{_NAME})\s+(?:(?:has|have|had|also|then|later|\w+ly)\s+)*{_SAYING_VERB})",
    re.I,
)
_ACCORDING_TO = re.compile(rf"\b(?:{ACCORDING_TO})\s+(?P<name>{_NAME})(?=[,.;:“\"—–]|$)", re.I)
_PRONOUN = re.compile(
    r"^(?:he|she|they|it|who|which|that|and|but|i|we|you|il|elle|ils|elles|on|él|ella|ellos|er|sie|"
    r"wir|man|он|она|они|мы|він|вона|вони|han|hon|hun|de|hij|zij|ze|ele|ela|lui|lei|a|ha|hat|ont|"
    r"se|(?:a|ont|avait)(?:-t)?-(?:il|elle|on|ils|elles))$",
    re.I,
)
_OPENING_PHRASE = r"\b(?:statement|in part|as follows|following|tweet|letter)\b"
_INTRODUCTION = re.compile(
    rf"(?:{SAYING_VERB.pattern}|{_OPENING_PHRASE})[^.!?“”\"]{{0,90}}:\s*$", re.I
)


def introduces_quotation(paragraph: str) -> bool:
    """Return whether a paragraph ends with a saying verb and a colon."""
    return paragraph.rstrip().endswith(":") and _INTRODUCTION.search(paragraph[-260:]) is not None


# Of an earlier quotation in the same sentence: its words name no speaker.
_QUOTED = re.compile(
    r"[“„][^“”„]{0,600}[”“]|[«»][^«»]{0,600}[«»]|\"[^\"]{0,600}\"|^[^“”«»„]{0,600}[”»]"
)
_OPENING_MARKS = " \n\u00a0“„«»”\"'‘’‚‹<`,「『"


_ASKING = re.compile(rf"[\W_]*(?:{ASKING})\b", re.I)


def is_question(before: str) -> bool:
    """Return whether the words before a quotation in its sentence say that it was asked.

    “Asked whether “…”, Holm nodded” tells no words of Holm's.
    """
    asking = _ASKING.match(before)
    if asking is None or _QUOTED.search(before):
        return False
    return SAYING_VERB.search(before, asking.end()) is None


def sentence_before(text: str, start: int, end: int) -> str:
    """Return the beginning of the sentence that goes on at `end`, from `start` at the earliest."""
    return _last_sentence(text[max(start, end - _MAX_DISTANCE_CHARS) : end]).rstrip(_OPENING_MARKS)


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
    text_before = text[max(paragraph[0], start - _MAX_DISTANCE_CHARS) : start]
    sentence = sentence_before(text, paragraph[0], start)
    if is_question(sentence):
        return ""
    question = _QUOTED.search(sentence) if _ASKING.match(sentence) else None
    outside_marks = _QUOTED.sub("", sentence[question.end() if question else 0 :])
    name_before = _name_before(outside_marks)
    if not name_before and outside_marks != sentence:
        name_before = _name_after(outside_marks)
    if name_before and text_before.rstrip(_OPENING_MARKS).endswith(":"):
        return name_before
    text_after = _first_sentence(text[end : min(max(end, paragraph[1]), end + _MAX_DISTANCE_CHARS)])
    if name := _name_after(text_after, ends_sentence=text[end - 1 : end] in _SENTENCE_MARKS):
        return name
    if name_before:
        return name_before
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


_SENTENCE_MARKS = (".", "…", "!", "?", "。")
_ENDS_ATTRIBUTION = re.compile(
    r"\s*(?:[.,;!?]|$|(?:on|in|at|to|during|after|before|when|while|via|through|from)\b)"
)


def _name_after(text: str, *, ends_sentence: bool = False) -> str:
    """Return the name beside the saying verb after a quotation.

    After a quotation that `ends_sentence`, a capital begins a sentence of its own: “Critics said
    the dam would be built” tells what critics said, not who said the quotation.
    """
    is_own_sentence = ends_sentence and text[:1].isupper()
    if not is_own_sentence and (match := _ACCORDING_TO.search(text[:200])):
        return _clean_name(match["name"])
    match = _ATTRIBUTION_AFTER.match(text[:300])
    if match is None or (is_own_sentence and not _ENDS_ATTRIBUTION.match(text, match.end())):
        return ""
    return _clean_name(match["behind"] or match["ahead"] or match["unspaced"] or "")


def _name_before(sentence: str) -> str:
    """Return the subject of the sentence before a quotation."""
    sentence = " ".join(sentence.split()).rstrip(" ,:“‘\"'«„”»—–-<")
    if match := _ACCORDING_TO.search(sentence):
        return _clean_name(match["name"])
    return _clean_name(find_subject(sentence))


def _clean_name(name: str) -> str:
    name = " ".join(name.split()).strip(" ,.;:—–-’'\"“”«»„<>")
    name = re.sub(r"^(?:je|su)\s|(?<=[\u4e00-\u9fff])[はがも]$", "", strip_day(name))
    name = re.sub(r"^(?:(?:and|but|so|or|if|as|that|because)\s+)+", "", name, flags=re.I)
    return "" if _PRONOUN.match(name) or len(name) > 160 else name
