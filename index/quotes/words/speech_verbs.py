"""Patterns of the verbs and prepositions that introduce a speaker, in every known language."""

import re
from collections.abc import Iterable

from archive.text.language import language_of, languages

# Entries of other languages that are common words of English.
_ALSO_ENGLISH = frozenset(["note", "assure", "sa", "dice", "conclude", "men", "said"])


def _forms(entries: Iterable[str]) -> set[str]:
    return {form for entry in entries for form in entry.split("/")}


def _alternatives(forms: Iterable[str]) -> str:
    """Return the alternatives of a regular expression, the longest match first.

    Common beginnings are written once: a long list of alternatives is slow.
    """
    by_first_letter: dict[str, set[str]] = {}
    for form in forms:
        by_first_letter.setdefault(form[:1], set()).add(form[1:])
    is_optional = by_first_letter.pop("", None) is not None
    branches = [
        f"{_letter(letter)}{_alternatives(endings)}"
        for letter, endings in sorted(by_first_letter.items())
    ]
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)}){'?' if is_optional else ''}"


def _letter(letter: str) -> str:
    return "['’]" if letter == "'" else re.escape(letter)


def _verb_forms(*, english: bool, spaced: bool) -> set[str]:
    forms: set[str] = set()
    for language in languages():
        if language.spaced == spaced and (english or language.code != "en"):
            own = _forms(language.saying)
            own |= {letter + form for letter in language.attached for form in own}
            forms |= own if language.code == "en" else own - _ALSO_ENGLISH
    return forms


_ENGLISH_AND_OTHERS = _alternatives(_verb_forms(english=True, spaced=True))
UNSPACED_VERB = _alternatives(_verb_forms(english=False, spaced=False))
# “States” of “the United States” is no verb.
SAYING_VERB = re.compile(
    rf"(?<!United\s)(?<!\w)(?:{_ENGLISH_AND_OTHERS})(?!\w)|{UNSPACED_VERB}", re.I
)
# English names its speaker outside the quotation marks; these are found inside one pair too.
INVERTED_VERB = rf"(?:{_alternatives(_verb_forms(english=False, spaced=True))})"
ACCORDING_TO = _alternatives(
    form for language in languages() for form in _forms(language.according)
)
# Directly after a quotation, before the speaker: „…“, so der Präsident; ‘…’, aldus de minister.
CREDITING = _alternatives(form for language in languages() for form in _forms(language.crediting))
# “Asked whether” begins a sentence whose quotation is a question: nobody who answers said it.
ASKING = _alternatives(form for language in languages() for form in _forms(language.asking))


def _leads_by_verb() -> dict[str, frozenset[str]]:
    leads: dict[str, frozenset[str]] = {}
    for language in languages():
        for form in _forms(language.saying):
            leads[form] = leads.get(form, frozenset()) | _forms(language.leads)
    return leads


# With what a lead of time or place may begin, in the languages that have a form of a verb.
LEADS_BY_VERB = _leads_by_verb()
ENGLISH_LEADS = frozenset(_forms(language_of("en").leads))
DAY_NAMES = frozenset(
    name
    for language in languages()
    for names in (*language.months, *language.weekdays)
    for name in names
)
