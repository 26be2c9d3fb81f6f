"""Read one phrase or word in every way in which a statement may print it.

By each decimal mark, since a figure is read by the language of its statement; and with the hyphen
of a compound left out, since a text may print `long-term` with its hyphen at the end of a line,
which makes it the word `longterm`. A range of figures may be typed with spaces, and a Korean word
broken at the end of a line.
"""

import re
from collections.abc import Callable
from functools import partial

from archive.text.number_format import COMMA, POINT
from archive.text.signs import tighten_joins
from index.query_tree import And, DecimalMark, InTitle, Node, Or, Phrase, Prefix, Stem

_MARKED_NUMBER = re.compile(r"\d[.,]\d")
_BROKEN_HANGUL = re.compile(r"(?<=[가-힣])\n(?=[가-힣])")
_COMPOUND_HYPHEN = re.compile(r"(?<=[^\W\d_]{2})[-‐‑](?=[^\W\d_]{2})")


def read_phrase(quoted: str, read: Callable[[str, str], Phrase]) -> Node:
    """Return the phrase `quoted`, which `read` reads by a decimal mark, in all its readings."""
    printed = (
        quoted,
        _COMPOUND_HYPHEN.sub("", quoted),
        tighten_joins(quoted),
        _BROKEN_HANGUL.sub("\u00ad", quoted),
    )
    nodes = [by_decimal_mark(text, partial(read, text)) for text in dict.fromkeys(printed)]
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def by_decimal_mark(text: str, read: Callable[[str], Node]) -> Node:
    """Return what `read` makes of `text`, by the decimal mark of each statement's language.

    `12,500` names 12500 in English statements, and 12.5 in French ones.
    """
    nodes = {POINT: read(POINT)}
    nodes[COMMA] = read(COMMA) if _MARKED_NUMBER.search(text) else nodes[POINT]
    if nodes[POINT] == nodes[COMMA]:
        return nodes[POINT]
    return Or(tuple(And((node, DecimalMark(mark))) for mark, node in nodes.items()))


def in_title(node: Node) -> Node:
    """Return `node` with its words and phrases sought in titles."""
    match node:
        case Phrase() | Stem() | Prefix():
            return InTitle(node)
        case And(parts):
            return And(tuple(map(in_title, parts)))
        case Or(parts):
            return Or(tuple(map(in_title, parts)))
        case _:
            return node
