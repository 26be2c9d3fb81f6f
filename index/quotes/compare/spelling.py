"""Whether two words are one word spelt in two ways: labour and labor, Aug and August."""

import re
import unicodedata
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
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
# Groups that no rule tells. The first stands for all.
_GROUPS = (
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
_NAMED = {word: group.split()[0] for group in _GROUPS for word in group.split()}


@lru_cache(maxsize=20_000)
def spelling_key(word: str) -> str:
    """Return what the spellings of one word have in common."""
    if word in _NAMED:
        return _NAMED[word]
    plain = "".join(
        char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char)
    )
    if len(plain) < 4:
        return plain
    for pattern, to in _RULES:
        plain = pattern.sub(to, plain)
    return plain


def same_spelt_otherwise(one: str, two: str) -> bool:
    """Tell whether normalised words differ only in how they are spelt.

    >>> same_spelt_otherwise("labour", "labor"), same_spelt_otherwise("our", "or")
    (True, False)
    """
    return one != two and spelling_key(one) == spelling_key(two)


_BROKEN = "â"  # what a curly mark becomes when UTF-8 is read as Latin-1 and the rest is lost


def same_but_damaged(one: str, two: str) -> bool:
    """Tell whether words are the same but for a broken apostrophe or quotation mark in one.

    >>> same_but_damaged("âmeth", "meth"), same_but_damaged("nationâs", "nations")
    (True, True)
    """
    if (_BROKEN in one) == (_BROKEN in two):
        return False
    return one.replace(_BROKEN, "") == two.replace(_BROKEN, "")


def alike(one: str, two: str) -> bool:
    """Tell whether two words are one word, whatever became of its letters."""
    if one[:1] != two[:1] and one not in _NAMED and two not in _NAMED:
        return same_but_damaged(one, two)
    return same_spelt_otherwise(one, two) or same_but_damaged(one, two)
