"""The marks that printed quotations carry: of quoting, of omission, of an editor's hand."""

import re

# Each opening mark with those that may close it. A straight mark opens and closes.
PAIRS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "‹": "›",
    "‘": "’",
    "‚": "‘’",
    '"': '"',
    "＂": "＂",
    "'": "'",
}
OPENING = "“„«‹「『‘‚"
CLOSING = "”»›」』’"
STRAIGHT = "\"'＂"
QUOTING = OPENING + CLOSING + STRAIGHT

_DOTS = r"(?:…(?:[ \u00a0\u2009\u202f]?\.)?|\.(?:[ \u00a0\u2009\u202f]?\.){2,}|\.[ \u00a0]?…)"
_BARE = rf"{_DOTS}+|\*[ ]?\*[ ]?\*"
# The bracketed forms come first: the dots within are no second mark.
OMISSION = re.compile(
    rf"\[\s*(?:{_BARE}|[-–—]{{1,3}}|snip)\s*\]|\(\s*(?:{_BARE})\s*\)|<\s*(?:{_BARE})\s*>|{_BARE}"
)
BRACKET = re.compile(r"\[([^\[\]]{0,300})\]")
# An editor's remark stands for nothing in the source.
NOTE = re.compile(
    r"\s*(?:sic\.?|sic!|(?:my |our |his |her )?(?:emphasis|italics)(?: is)?(?: mine| ours| added)?|"
    r"(?:internal )?(?:citations?|footnotes?|quotation marks) omitted|applause|laughter|laughs|"
    r"inaudible|crosstalk|pause|\?|!)\s*",
    re.I,
)
NOTE_IN_PARENTHESES = re.compile(
    r"\(\s*(?:sic\.?|(?:my |our )?(?:emphasis|italics)(?: mine| ours| added)|"
    r"(?:internal )?(?:citations?|footnotes?|quotation marks) omitted)\s*\)",
    re.I,
)
# Between two quoted parts: a closing mark, who said it, an opening mark.
BROKEN = re.compile(
    r"(?P<before>[,.;:?!…—–-]?)(?P<close>[”»›」』\"＂]|''|(?<=[,.?!])['’])"
    r"(?P<middle>[,;:]?\s[^“”„«»\"＂「」]{2,240}?[\s,:])"
    r"(?:[“„«‹「『\"＂]|``|(?<=\s)['‘](?=\w))"
)
SAYING = re.compile(
    r"\b(?:said|says?|saying|told|tells|wrote|writes|added|adds|according|stated|states|noted|notes|"
    r"explained|explains|continued|declared|insisted|argued|warned|announced|asked|replied|"
    r"tweeted|posted|remarked|concluded|urged|urges|called|emphasi[sz]ed|stressed|commented|"
    r"reads?|dit|dijo|sagte|ha detto|disse|заявил[аи]?|сказал[аи]?|dijeron|ont dit|erklärte)\b",
    re.I,
)
