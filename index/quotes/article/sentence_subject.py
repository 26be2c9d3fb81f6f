"""Find the subject of a saying verb in the sentence before a quotation, without leads.

“On Sunday, in New York, X said:” · “Speaking in Geneva, X, the chair, said:” · “Am Montag sagte X:”
"""

import re

from index.quotes.article.organisations import find_organisations
from index.quotes.words.speech_verbs import (
    DAY_NAMES,
    ENGLISH_LEADS,
    LEADS_BY_VERB,
    SAYING_VERB,
)

_MAX_CHARS = 160  # of a name with its apposition
_OTHER_VERB = re.compile(
    r"\b(?:maintaining|vowed|issued|reported|reportedly|demanded|claimed|claims?|described|"
    r"denied|condemned|disavowed|promised|has|have|is|was|were|will)\b"
)
_CONJUNCTION = re.compile(
    r"^(?:Meanwhile|However|But|And|Still|Yet|Yesterday|Today|Earlier|Later|Afterwards|Instead|"
    r"Moreover|Also)\b,?\s*"
)
_DAYS = "|".join(re.escape(name) for name in sorted(DAY_NAMES, key=len, reverse=True))
_DAY_WITHOUT_COMMA = re.compile(
    r"^(?:(?:on|last|this|late|early|am|le|ce|el|este|il|no|na|em|op|på|i|w|we|в|во|у)\s+)*"
    rf"(?:{_DAYS})"
    r"(?:\s+(?:morning|afternoon|evening|night))?\s+",
    re.I,
)
_TIME_WITHOUT_COMMA = re.compile(r"^(?:[\w’'-]+\s+){1,3}(?:later|earlier|ago)\s+(?=\S)", re.I)
_INVERTED_AUXILIARY = re.compile(r"^(?:[\w’'-]+\s+){0,4}?(?:hat|haben|hatte|har|heeft)\s+")
_AUXILIARY = re.compile(
    r"\s+(?:has|have|had|also|then|later|reportedly|and|who|was|is|a|ont|avait|aurait|ha|han|"
    r"hanno|hat|haben|hatte|va|se|har|heeft|je|su)$"
)
_TIME = re.compile(r"\b(?:later|earlier|ago|afterwards|before|thereafter|später)$", re.I)
_PARTICIPLE = re.compile(r"^[A-Z]\w{2,}ing\b")
_APPOSITION = re.compile(
    r"^(?:the|an?|its|their|le|la|les|l['’]|un|une|el|los|der|die|das|il|lo|o|os|de|het)(?:\s|(?<=['’]))",
    re.I,
)
_NAME = re.compile(r"^[A-ZÀ-ÞА-Я][\w’'-]*\.?\s[A-ZÀ-ÞА-Я]")
_VERB_FIRST = re.compile("[\u0590-\u06ff]")  # scripts of languages whose verb begins a sentence
_RELATIVE = re.compile(r"^(?:who|which|whose|whom|qui|que|quien|der|die|das|che|который\w*)\s")


def find_subject(sentence: str) -> str:
    """Return the subject of the saying verb of `sentence`, with its apposition; "" if none."""
    for verb in SAYING_VERB.finditer(sentence):
        leads = LEADS_BY_VERB.get(verb[0].casefold().replace("’", "'"), ENGLISH_LEADS)
        subject, is_inverted = _without_leads(sentence[: verb.start()], leads)
        if subject:
            return subject
        is_inverted = is_inverted or (
            _VERB_FIRST.match(verb[0]) is not None and not sentence[: verb.start()].strip()
        )
        if is_inverted and (name := re.match(r"\s+([^,،:;؛.“”«»]{2,80})", sentence[verb.end() :])):
            return name[1]
    other = _OTHER_VERB.search(sentence)
    return _without_leads(sentence[: other.start()], ENGLISH_LEADS)[0] if other else ""


def _without_leads(before_verb: str, leads: frozenset[str]) -> tuple[str, bool]:
    """Return the subject among the words before a verb, and whether only leads are there."""
    before_verb = _AUXILIARY.sub("", before_verb.rstrip())
    is_followed_by_comma = before_verb.endswith(",")
    parts = [part.strip() for part in re.split(r",\s+(?!(?:Jr|Sr)\b)", before_verb.strip(" ,"))]
    is_inverted = bool(parts[0])
    while parts and (not parts[0] or _is_lead(parts[0], leads, is_only=len(parts) == 1)):
        parts = parts[1:]
    if not parts:
        return "", is_inverted
    if not is_followed_by_comma and not _RELATIVE.match(parts[-1]):
        return _strip_adverbs(parts[-1]), False  # “Well, the Council said”
    return _with_appositions(_strip_adverbs(parts[0]), parts[1:]), False


def _with_appositions(subject: str, parts: list[str]) -> str:
    """Return a name with what the sentence says of it: “Anna Holm, who chairs the Council”."""
    for part in parts:
        if len(subject) + len(part) > _MAX_CHARS:
            break
        is_relative = _RELATIVE.match(part) is not None
        names_body = re.search(r"\s[A-ZÀ-ÞА-Я]", part) is not None
        if names_body if is_relative else _is_apposition(part):
            subject = f"{subject}, {part}"
        if is_relative:
            break
    return subject


def _is_apposition(part: str) -> bool:
    return bool(_APPOSITION.match(part) or _NAME.match(part) or find_organisations(part))


def _strip_adverbs(subject: str) -> str:
    """Remove a time without a comma: “Two days later X”, “Am Montag hat X”."""
    subject = _TIME_WITHOUT_COMMA.sub("", _CONJUNCTION.sub("", subject))
    after_day = strip_day(subject)
    if after_day != subject:
        after_day = _INVERTED_AUXILIARY.sub("", after_day)
    return _AUXILIARY.sub("", after_day)


def strip_day(subject: str) -> str:
    """Remove a day without a comma from the beginning: “On Sunday X”, “w środę X”."""
    return _DAY_WITHOUT_COMMA.sub("", subject)


def _is_lead(part: str, leads: frozenset[str], *, is_only: bool) -> bool:
    """Return whether words before a comma or a verb only say when, where or how.

    Before a verb without a comma only a day does: “Am Montag sagte X”; “In talks X said” may be
    anything.
    """
    words = part.casefold().split()
    has_day = any(word.strip(".,") in DAY_NAMES for word in words)
    if is_only:
        return has_day and len(words) <= 4 and not any(word[:1].isupper() for word in _rest(part))
    return (
        any(part.casefold().startswith(f"{lead} ") or part.casefold() == lead for lead in leads)
        or _PARTICIPLE.match(part) is not None
        or _TIME.search(part) is not None
        or (has_day and len(words) <= 5)
    )


def _rest(part: str) -> list[str]:
    """Return the words after the first that name no day."""
    return [word for word in part.split()[1:] if word.casefold().strip(".,") not in DAY_NAMES]
