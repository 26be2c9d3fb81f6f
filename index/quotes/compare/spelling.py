"""Recognise spelling variants of one word: labour and labor, Aug and August."""

import re
import unicodedata
from functools import lru_cache

from index.optional_signs import JOINED_SIGNS, is_figure

_SPELLING_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=[a-z]{2})our", "or"),
        (r"(?<=[a-z]{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations|ational|able)$)", "iz"),
        (r"(?<=[a-z]{2})ys(?=(?:e|ed|es|er|ers|ing)$)", "yz"),
        (r"tre(?=s?$|d$|ing$|piece|fold)", "ter"),
        (r"(?<=cen)tr(?=ing$)", "ter"),
        (r"(?<=[a-z]{2})bre(?=s?$)", "ber"),
        (r"ence(?=s?$|less)", "ense"),
        (r"ogue(?=s?$|d$)", "og"),
        (r"gramme(?=[ds]?$|rs?$)", "gram"),
        (r"(?<=[a-z]{2}[aeiou])ll(?=(?:ed|ing|er|ers|or|ors|ery|ous|ation)$)", "l"),
        (r"(?<=[a-z]{3}[aeiou])ll(?=(?:s|ment|ments)?$)", "l"),
        (r"(?<=[a-z]{5})pp(?=(?:ed|ing|er|ers)$)", "p"),
        (r"(?<=[a-z]{5})tt(?=(?:ed|ing)$)", "t"),
        (r"(?<=focu)ss|(?<=bia)ss", "s"),
        (r"(?:ae|oe|æ|œ)(?=[a-z])", "e"),
        (r"(?<=dg)e(?=ment)", ""),
        (r"(?<=[a-z]{2})e(?=(?:able|ing)$)", ""),
        (r"(?<=sk)ill(?=ful)|(?<=w)ill(?=ful)", "il"),
        (r"(?<=pract)is(?=e)", "ic"),
        (r"(?<=[a-z]{3})xion(?=s?$)", "ction"),
        (r"(?<=[a-z]{2})wards$", "ward"),
    )
)
# Variants that no rule covers. The first word of a group is its canonical spelling.
_VARIANT_GROUPS = (
    "gray grey", "check cheque", "checks cheques", "tire tyre", "tires tyres", "curb kerb",
    "plow plough", "plows ploughs", "draft draught", "jail gaol", "mold mould", "cozy cosy",
    "aluminum aluminium", "airplane aeroplane", "airplanes aeroplanes", "skeptic sceptic",
    "skeptical sceptical", "skepticism scepticism", "skeptics sceptics", "maneuver manoeuvre",
    "maneuvers manoeuvres", "sulfur sulphur", "jewelry jewellery", "pajamas pyjamas",
    "artifact artefact", "artifacts artefacts", "specialty speciality",
    "ax axe", "while whilst", "among amongst", "amid amidst", "learned learnt", "burned burnt",
    "dreamed dreamt", "spelled spelt", "spoiled spoilt", "disk disc", "inquiry enquiry",
    "inquiries enquiries", "inquire enquire", "naive naïve", "kilogram kilogramme",
    "yogurt yoghurt", "adviser advisor", "advisers advisors", "okay ok", "percent pct",
    "mustache moustache", "smolder smoulder", "smoldering smouldering", "mom mum", "moms mums",
    "january jan", "february feb", "march mar", "april apr", "june jun", "july jul",
    "august aug", "september sept sep", "october oct", "november nov", "december dec",
    "senator sen", "senators sens", "representative rep", "representatives reps", "governor gov",
    "doctor dr", "mister mr", "general gen", "lieutenant lt", "colonel col", "saint st",
    "secretary sec", "department dept", "government govt", "versus vs v",
    "one 1", "two 2", "three 3", "four 4", "five 5", "six 6", "seven 7", "eight 8", "nine 9",
    "ten 10", "eleven 11", "twelve 12", "fifteen 15", "twenty 20", "thirty 30", "forty 40",
    "fifty 50", "sixty 60", "seventy 70", "eighty 80", "ninety 90", "hundred 100",
    "first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th",
)  # fmt: skip
_CANONICAL_SPELLING = {
    word: group.split()[0] for group in _VARIANT_GROUPS for word in group.split()
}


@lru_cache(maxsize=20_000)
def spelling_key(word: str) -> str:
    """Return a key that all spellings of one word share."""
    if word in _CANONICAL_SPELLING:
        return _CANONICAL_SPELLING[word]
    plain = "".join(
        char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char)
    )
    if len(plain) < 4:
        return plain
    for pattern, replacement in _SPELLING_RULES:
        plain = pattern.sub(replacement, plain)
    return plain


def is_spelling_variant(first: str, second: str) -> bool:
    """Return whether normalised words differ, and only in spelling.

    >>> is_spelling_variant("labour", "labor"), is_spelling_variant("our", "or")
    (True, False)
    """
    return first != second and spelling_key(first) == spelling_key(second)


_DAMAGED_MARK = "â"  # a curly mark whose UTF-8 was read as Latin-1 and partly lost


def differs_by_damaged_mark(first: str, second: str) -> bool:
    """Return whether words are equal but for a damaged apostrophe or quotation mark in one.

    >>> differs_by_damaged_mark("âmeth", "meth"), differs_by_damaged_mark("nationâs", "nations")
    (True, True)
    """
    if (_DAMAGED_MARK in first) == (_DAMAGED_MARK in second):
        return False
    return first.replace(_DAMAGED_MARK, "") == second.replace(_DAMAGED_MARK, "")


def is_same_word(first: str, second: str) -> bool:
    """Return whether two unequal words are one word in another spelling or damaged.

    A figure of a range, 7– of 7–9, and the figure alone count as one: 7 – 9 is the same range.
    """
    if is_figure(first) and is_figure(second):
        return first.strip(JOINED_SIGNS) == second.strip(JOINED_SIGNS)
    if (
        first[:1] != second[:1]
        and first not in _CANONICAL_SPELLING
        and second not in _CANONICAL_SPELLING
    ):
        return differs_by_damaged_mark(first, second)
    return is_spelling_variant(first, second) or differs_by_damaged_mark(first, second)
