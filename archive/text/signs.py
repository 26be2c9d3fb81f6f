"""The signs that change what a figure or a formula means, and the forms in which they appear."""

import re
from unicodedata import category, normalize

CURRENCY = frozenset("$¢£¤¥֏؋߾߿৲৳৻૱௹฿៛₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿﷼﹩＄￠￡￥￦")
SAME_SIGN = dict(zip("﹩＄￠￡￥￦٪％﹪؉＋＜＞⁄／∶：", "$$¢£¥₩%%%‰+<>//::", strict=True))
DASHES = frozenset("-‐‑‒–—―−﹣－~～〜∼")  # of a range
MINUSES = frozenset("-‐‑‒–−﹣－")
PER_CENT = frozenset("%‰‱٪％﹪؉")
AFTER_FIGURE = PER_CENT | frozenset("°℃℉")
BEFORE_FIGURE = frozenset("+±≤≥≈<>＋＜＞")
ORDINALS = frozenset("ºª")
JOINS = DASHES | frozenset(":∶：/⁄／×")
SIGNS = CURRENCY | DASHES | AFTER_FIGURE | BEFORE_FIGURE | ORDINALS | JOINS
# Mathematical signs (Sm of Unicode) that are none in print: they part columns, begin items, quote.
_NO_RELATIONS = frozenset("<>＜＞﹤﹥～|｜￨¦∣∥∕∖∗∙⋅∘∶∼⁄▷◁◸◹◺◻◼◽◾◿")
_RELATIONS = (
    frozenset(char for char in map(chr, range(0x10000)) if category(char) == "Sm") - _NO_RELATIONS
)
_ARROWS = "←-⇿⟰-⟿⤀-⥿⬀-⬑⬰-⭏"
# What counts between words; a hyphen there is no minus.
_SINGLE_SIGNS = "".join(
    map(
        re.escape,
        sorted((CURRENCY | AFTER_FIGURE | _RELATIONS | frozenset("§¶№~^′″‴△▲")) - _NO_RELATIONS),
    )
)
# Signs typed in two or three characters, and what each is typed for.
_TYPED = {
    "<->": "↔", "<=>": "⇔", "<=": "≤", ">=": "≥", "=>": "⇒", "->": "→", "<-": "←", ":=": "≔",
    "!=": "≠", "/=": "≠", "~=": "≈", "-->": "→", "<--": "←", "==>": "⇒",
}  # fmt: skip
_TYPED_SIGNS = "|".join(map(re.escape, sorted(_TYPED, key=len, reverse=True)))
# Not of << >>, <‹ ›> and <…>; nor > at a line's beginning, where it marks quoted mail.
_ANGLE = r"(?<![<>‹›([])(?<!\n)(?<!\n[ \t])[<>＜＞﹤﹥](?![<>‹›…]|\s*(?:…|\.\s?\.))"
_SIGN_BETWEEN_WORDS = re.compile(
    rf"[.!?:;…][ \t]*\n\s*[{_ARROWS}]|(?P<typed>(?<![-<>=:!/~])(?:{_TYPED_SIGNS})(?![-<>=]))"
    rf"|(?P<angle>{_ANGLE})|[{_SINGLE_SIGNS}{_ARROWS}]|#(?=\d)"
)
_BRACKETED = re.compile(r"<[^<>\s]{1,200}>(?!\w)")  # an address: <office@press.example>
_BRACKETED_CHARS = 202
# Chinese and Japanese numerals are words each, so that what stands between two makes the number.
_NUMERALS = "〇零一二三四五六七八九十百千万萬億亿兆两兩廿卅卌壱弐参壹贰貳叁參肆伍陆陸柒捌玖拾佰仟"
_BETWEEN_NUMERALS = re.compile(
    rf"(?<=[{_NUMERALS}])\W+(?=[{_NUMERALS}\d])|(?<=\d)\W+(?=[{_NUMERALS}])"
)
_ENDING_SIGNS = CURRENCY | PER_CENT | frozenset("+＋−′″‴")
_NO_MARKS = frozenset("\"'“”„‟‘’‚‛«»‹›「」『』〝〞〟[]")


def same_sign(sign: str) -> str:
    """Return the sign that `sign` is a form of: full-width, Arabic, small."""
    return SAME_SIGN.get(sign, sign)


def signs_between_words(text: str, start: int = 0, end: int | None = None) -> str:
    """Return the signs of characters `start`–`end` that count between words, in order.

    Such are §, =, the € of M€, <, →; not the angle brackets of an address, nor the arrow that
    begins an item of a list.
    """
    stop = len(text) if end is None else end
    signs: list[str] = []
    # One character more is read, since # counts before a digit only.
    for match in _SIGN_BETWEEN_WORDS.finditer(text, start, min(stop + 1, len(text))):
        sign = match.group()
        if match.start() >= stop or "\n" in sign:
            continue
        if match["angle"] and _is_bracket(text, match.start()):
            continue
        signs.append(_TYPED.get(sign) or same_sign(sign))
    return "".join(signs)


def signs_with_primes(text: str, start: int, end: int) -> str:
    """Return what `signs_between_words` does, with a typed mark after a figure as a prime (5')."""
    signs = signs_between_words(text, start, end)
    if not text[start - 1 : start].isdecimal():
        return signs
    return _TYPED_PRIMES.get(text[start : start + 1], "") + signs


_TYPED_PRIMES = {"'": "′", "’": "′", '"': "″", "”": "″"}


def _is_bracket(text: str, offset: int) -> bool:
    """Return whether the < or > at `offset` encloses an address or a name."""
    start = (
        offset
        if text[offset] == "<"
        else text.rfind("<", max(0, offset - _BRACKETED_CHARS), offset)
    )
    if start < 0 or text[start - 1 : start].isalnum():
        return False
    match = _BRACKETED.match(text, start)
    return match is not None and offset in (start, match.end() - 1)


def sign_after_word(text: str, end: int) -> str:
    """Return the sign that is part of the word before `end`: the + of AA+, the € of M€; or ""."""
    sign = text[end : end + 1]
    is_part = sign and sign in _ENDING_SIGNS and not text[end + 1 : end + 2].isalnum()
    return same_sign(sign) if is_part else ""


def marks_between_numerals(text: str, start: int, end: int) -> list[str]:
    """Return what stands between Chinese or Japanese numerals of characters `start`–`end`.

    `第三、四条` has a mark, and names articles 3 and 4; `第三四条` has none.
    """
    stop = min(end + 1, len(text))  # a numeral after the last mark
    marks = (match.group() for match in _BETWEEN_NUMERALS.finditer(text, max(0, start), stop))
    return [mark for mark in map(_mark_key, marks) if mark]


def _mark_key(mark: str) -> str:
    return "".join(
        "–" if char in DASHES else {"、": ",", "·": "・"}.get(char, char)
        for char in normalize("NFKC", mark)
        if not char.isspace() and char not in _NO_MARKS and category(char) != "Cf"
    )


_JOIN_SIGNS = "".join(map(re.escape, sorted(JOINS)))
_SPACED_JOIN = re.compile(
    rf"(?<=[\d%‰°¼-¾⅐-⅞⁰-⁹²³]) ([{_JOIN_SIGNS}]) (?=[{''.join(sorted(CURRENCY))}]?[\d¼-¾⅐-⅞])"
)
_TIGHT_JOIN = re.compile(
    rf"(?<=[\d%‰°¼-¾⅐-⅞⁰-⁹²³])([{_JOIN_SIGNS}])(?=[{''.join(sorted(CURRENCY))}]?[\d¼-¾⅐-⅞])"
)


def tighten_joins(text: str) -> str:
    """Return `text` without the spaces beside signs that join two figures: 7–9 for 7 – 9."""
    return _SPACED_JOIN.sub(r"\1", text)


def loosen_joins(text: str) -> str:
    """Return `text` with spaces beside signs that join two figures: 7 – 9 for 7–9."""
    return _TIGHT_JOIN.sub(r" \1 ", text)


def has_range_dash(text: str) -> bool:
    """Return whether `text`, between two figures, has a dash: 5 – 7, (1)–(3)."""
    return not DASHES.isdisjoint(text)
