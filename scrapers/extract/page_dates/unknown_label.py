"""Tell a date that stands for itself from one that words before it say is of something else.

"4 May 2016", "Geneva, 4 May 2016" and "Wednesday 4 May" stand for themselves; "Date of birth:
4 May 1960", "Law of 4 May 2016" and "Expires 4 May" do not: whatever the words are, in whatever
language, a date after a label that is not known to be one of publication is of something else.
"""

import re
from functools import lru_cache

from archive.text.language import languages

_LETTER = re.compile(r"[^\W\d_]")
_MARKS = ".,:;()[]（）،、，：-–—|•·'’\"“”"
_PLACE_ENDS = tuple(",،、，([（|•·–—-־/>»")
# Words that precede a date and say nothing of it: articles, prepositions, "day", eras.
_PLAIN_WORDS = frozenset(
    re.findall(
        r"\S+",
        "on em am den der dem le el em il op dne dnia an a o la the in tarihinde ngày วันที่ วัน hari"
        " tanggal tgl pada rok dated di i на от від від г kl um at dag date datum data fecha datums"
        " dátum päivä tarih tarihi дата ημερομηνία תאריך التاريخ تاريخ تاریخ दिनांक तारीख 日期 日付"
        " 날짜 令和 平成 昭和 大正 民國 民国 中華民國 西暦 公元 को في יום ym posted published",
    )
)


def has_unknown_label(text: str) -> bool:
    """Say whether words before the first digit of `text` label its date as something unknown.

    >>> [has_unknown_label(t) for t in ("4 May 2016", "Geneva, 4 May 2016", "Tuesday May 4")]
    [False, False, False]
    >>> [has_unknown_label(t) for t in ("Date of birth: 4 May 1960", "Law of 4 May 2016")]
    [True, True]
    """
    digit = next((i for i, character in enumerate(text) if character.isdigit()), None)
    before = text[:digit] if digit is not None else ""
    tokens = before.split()
    while tokens and _is_of_date(tokens[-1]):  # a month, a weekday, "on"
        tokens.pop()
    if not any(map(_LETTER.search, tokens)) or all(map(_is_of_date, tokens)):
        return False
    if ":" in before or "：" in before:
        return True
    is_place = tokens[-1].endswith(_PLACE_ENDS) or " ".join(tokens).isupper()  # or an agency
    return not is_place


def _is_of_date(token: str) -> bool:
    """Say whether a token, without the marks around it, is of a date, or has no letters."""
    word = token.casefold().strip(_MARKS)
    return (
        (not _LETTER.search(word) and not token.endswith(_PLACE_ENDS))
        or word in _PLAIN_WORDS
        or word in _names_of_days_and_months()
    )


@lru_cache(maxsize=1)
def _names_of_days_and_months() -> frozenset[str]:
    """Return the words in the names of months and weekdays, of all languages."""
    names = (
        name
        for language in languages()
        for names_of_one in (*language.months, *language.weekdays)
        for name in names_of_one
    )
    return frozenset(word.strip(_MARKS) for name in names for word in name.casefold().split())
