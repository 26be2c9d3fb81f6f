"""The signs that change what a figure or a formula means, and the forms in which they appear."""

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
# Between words, < and > may be quotation marks, and a hyphen is no minus.
_BETWEEN_WORDS = (
    CURRENCY | AFTER_FIGURE | (BEFORE_FIGURE - {"<", ">"}) | frozenset("§¶№=≠~′″‴△▲÷¬∞−")
)


def same_sign(sign: str) -> str:
    """Return the sign that `sign` is a form of: full-width, Arabic, small."""
    return SAME_SIGN.get(sign, sign)


def signs_between_words(text: str) -> str:
    """Return the signs of `text` that count between words, in order: §, =, the € of M€."""
    return "".join(sign for sign in map(same_sign, text) if sign in _BETWEEN_WORDS)


def has_range_dash(text: str) -> bool:
    """Return whether `text`, between two figures, has a dash: 5 – 7, (1)–(3)."""
    return not DASHES.isdisjoint(text)
