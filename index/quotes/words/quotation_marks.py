"""Patterns for quotation marks, marks of omission and editors' brackets."""

import re

# Each opening mark with the marks that may close it. A straight mark opens and closes; so do ” and
# », in Swedish and Finnish.
CLOSING_MARKS = {
    "“": "”",
    "„": "“”",
    "”": "“",
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "‹": "›",
    "›": "‹",
    "‘": "’",
    "‚": "‘’",
    "〝": "〞〟",
    "❝": "❞",
    "｢": "｣",
    '"': '"',
    "״": "״",
    "＂": "＂",
    "'": "'",
}
# Marks of several characters, of typewriters and LaTeX.
CLOSING_SEQUENCES = {
    "``": ("''", "”", '"'),
    ",,": ("''", "``", "”", "“", '"'),
    "‚‚": ("‘‘", "’’"),
    "''": ("''",),
    "‘‘": ("’’",),
    "<<": (">>", "›>"),
    "<‹": ("›>", ">>"),
    "‹‹": ("››",),
}

_DOTS = r"(?:…(?:[ \u00a0\u2009\u202f]?\.)?|\.(?:[ \u00a0\u2009\u202f]?\.){2,}|\.[ \u00a0]?…)"
_UNBRACKETED = rf"{_DOTS}+|\*[ ]?\*[ ]?\*"
# The bracketed forms come first, so that the dots inside them are not matched again.
OMISSION = re.compile(
    rf"\[\s*(?:{_UNBRACKETED}|[-–—]{{1,3}}|snip)\s*\]|\(\s*(?:{_UNBRACKETED})\s*\)|<\s*(?:{_UNBRACKETED})\s*>|{_UNBRACKETED}"
)
BRACKET = re.compile(r"\[([^\[\]]{0,300})\]")
# An editor's remark replaces no words of the source.
EDITOR_NOTE = re.compile(
    r"\s*(?:sic\.?|sic!|(?:my |our |his |her )?(?:emphasis|italics)(?: is)?(?: mine| ours| added)?|"
    r"(?:internal )?(?:citations?|footnotes?|quotation marks) omitted|applause|laughter|laughs|"
    r"inaudible|crosstalk|pause|\?|!)\s*",
    re.I,
)
EDITOR_NOTE_IN_PARENTHESES = re.compile(
    r"\(\s*(?:sic\.?|(?:my |our )?(?:emphasis|italics)(?: mine| ours| added)|"
    r"(?:internal )?(?:citations?|footnotes?|quotation marks) omitted)\s*\)",
    re.I,
)
# Between two quoted parts: a closing mark, an attribution, an opening mark.
INTERRUPTION = re.compile(
    r"(?P<before>[,.;:?!…—–-]?)(?P<close>[”»›」』\"＂]|''|>>|(?<=[,.?!])['’]|(?<=\S)[“«‘](?=[\s,.;:]))"
    r"(?P<middle>[,;:]?\s[^“”„«»\"＂「」]{2,240}?[\s,:])"
    r"(?:[“„«‹「『\"＂]|``|<<|,,|(?<=\s)['‘’”»](?=\w))"
)
