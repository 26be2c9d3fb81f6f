"""Find to whom an article attributes a quotation: the name next to a saying verb."""

import re
from itertools import pairwise

from index.quotes.article.sentence_subject import find_subject, strip_day
from index.quotes.words.speech_verbs import (
    ACCORDING_TO,
    ASKING,
    CREDITING,
    SAYING_VERB,
    UNSPACED_VERB,
)

_MAX_DISTANCE_CHARS = 600  # searched for the speaker before and after a quotation
# Letters, and the marks of scripts that write vowels as marks.
_NAME_CHARS = (
    r"\w’'.&/\u0300-\u036f\u0591-\u05bd\u064b-\u0655\u0900-\u0903\u093a-\u094f\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u200c\u200d-"
)
_NAME = (
    r"(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)\s+)?"
    rf"(?:[{_NAME_CHARS}]+\s+){{0,9}}?[{_NAME_CHARS}]+"
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
    rf"|(?:{CREDITING})\s+(?P<credited>{_NAME}){_NO_TITLE}(?=\s*[,.;:“”„«»\"—–<)]|$)"
    rf"|と?(?P<unspaced>(?![とはがもを])[\u3040-\u30ff\u4e00-\u9fff]{{1,20}}?)(?:{UNSPACED_VERB})"
    rf"|(?P<ahead>{_NAME})\s+(?:(?:has|have|had|also|then|later|\w+ly)\s+)*{_SAYING_VERB})",
    re.I,
)
_ACCORDING_TO = re.compile(
    rf"\b(?:{ACCORDING_TO})\s+(?P<name>{_NAME})(?=[,.;:“\"—–،؛，。]|$)", re.I
)
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
    if name := _subject_before_verb(_last_sentence(text_before), text_after):
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


# “ and « close too, where no word follows; a danda may stand after the mark.
_CLOSING = re.compile(r"^[”’\"'»」』\s]*(?:[“«‘‹›](?=[\s,.;:—–-]))?[”’\"'»」』 ]*")


def _first_sentence(text: str) -> str:
    text = _CLOSING.sub("", text)
    stop = _SENTENCE_END.search(text)
    return text[: stop.start()] if stop else text[:300]


_ENDS_SENTENCE = re.compile(
    r"(?<=[a-zß-ÿа-яα-ωά-ώ)”\"’»])[.!?]\s+(?=[A-ZÀ-ÞА-ЯΑ-Ω“„«])|[。！？।؟][」』”’»]*\s*(?=\S)"
)


def _last_sentence(text: str) -> str:
    ends = [stop.end() for stop in _ENDS_SENTENCE.finditer(text)]
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
    if match["credited"] and not _HAS_CAPITAL.search(text[match.start("credited") :][:60]):
        return ""
    names = (match[group] for group in ("behind", "ahead", "credited", "unspaced"))
    return _clean_name(next(filter(None, names), ""))


_HAS_CAPITAL = re.compile(r"^(?:(?:der|die|das|den|de|het|een|ein|eine)\s)?[A-ZÀ-ÞА-Я]")
# Verbs at the end, whose subject stands before the quotation: と述べた, 고 말했다, dedi.
_VERB_AFTER = re.compile(
    rf"^[\s,;:”’\"'»«“‘‚„‹›<>，」』।—–-]*(?:と|이?라고|라며|다고|고|며)?\s*{_SAYING_VERB}(?=\W|$)",
    re.I,
)
_TOPIC = re.compile(r"(?<=[\u3040-\u9fff])(?:は|が|も)$|(?<=[가-힣])(?:은|는|이|가|께서)$|\s+ने$")
_MAX_SUBJECT_WORDS = 8


def _subject_before_verb(before: str, after: str) -> str:
    """Return the words before a quotation if they are a subject, whose verb follows it."""
    if not _VERB_AFTER.match(after):
        return ""
    before = before.strip().rstrip(_OPENING_MARKS.replace(",", ""))
    subject = _TOPIC.sub("", before.rstrip(",،、，"))
    is_marked = subject != before
    if not is_marked or SAYING_VERB.search(subject) or re.search(r"[,،、，:;]", subject):
        return ""
    return _clean_name(subject) if len(subject.split()) <= _MAX_SUBJECT_WORDS else ""


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
    name = _COMPLEMENTIZER.sub("", name)
    return "" if _PRONOUN.match(name) or len(name) > 160 or not _may_be_name(name) else name


_COMPLEMENTIZER = re.compile(
    r"\s+(?:أن\S{0,3}|إن\S{0,3}|بأن\S{0,3})$|\s+(?:कि|ने)$|^(?:که|به)\s|\s+که$"
)
_PARTICLE = re.compile(
    r"[\u3040-\u309f]{1,3}|[가-힣]|به|در|از|که|و|ने|कि|es|dass|dat|que|che|että|hogy|że|что|що|diye|và"
)


def _may_be_name(name: str) -> bool:
    """Return whether words may name somebody: no particle, no verb of saying, no quoted words."""
    if _PARTICLE.fullmatch(name) or SAYING_VERB.fullmatch(name):
        return False
    return re.search(r"[“”„«»「」『』\"]", name) is None
