"""Recognise the marks of footnotes and endnotes, and write them so that they are part of no word.

A mark is a short number, a letter or a symbol, raised or linked to a note. It is written raised:
the `1` of `<sup>1</sup>` as `¹`. After a digit, where `¹` would be an exponent, an invisible word
joiner (U+2060) parts the two. So written, the text has the same fingerprint as with a plain `1`
(archive/text/fingerprint.py): a better reading of a page makes no edit of it.
"""

import re

WORD_JOINER = "\u2060"
NOTE_ELEMENTS = frozenset(["a", "sup", "span", "small"])  # that may refer to a note

_NOTE_NAME = re.compile(
    r"foot-?notes?|end-?notes?|note-?ref|(?<![a-z])(?:s?d?fn|ftn|edn)(?:ref)?(?![a-z])|cite_ref"
    r"|(?<![a-z])reference(?![a-z])|doc-noteref",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[(]?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*[)]?")
_LETTER = re.compile(r"[(]?[a-z][)]?")
_RAISED_DIGITS = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_RAISED_LETTERS = str.maketrans("abcdefghijklmnoprstuvwxyz()", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁽⁾")


def names_note(name: str, href: str, *names: str) -> bool:
    """Return whether an element refers to a note: a link into the page, or a class or role.

    `names`: its class, role and epub:type.
    """
    return (name == "a" and href.startswith("#")) or any(map(_NOTE_NAME.search, names))


def raise_mark(text: str, before: str, *, raised: bool, named: bool) -> str:
    """Return the text of a raised or linked element as a mark, or `text` where it is none.

    `before`: the character before it, "" at the start of a line or after white space. `named`: it
    refers to a note.
    """
    if _NUMBER.fullmatch(text):
        if not raised and not before:
            return text  # a link to section 2, between spaces
        if before.isdecimal():
            return f"{WORD_JOINER if named else ''}{text.translate(_RAISED_DIGITS)}"
        return text.translate(_RAISED_DIGITS)
    if named and _LETTER.fullmatch(text) and (raised or before):
        return text.translate(_RAISED_LETTERS)
    return text
