"""Convert parsed markup to plain text: one block a line, inner white space one space.

The same page may be served compact or pretty-printed. A pretty-printer puts a line break at every
tag, so white space with a line break beside a tag may be its own and not the writer's: it is
dropped where no writer puts a space (before a comma, after an opening bracket, before a
superscript) and is a space anywhere else. White space without a line break is the writer's.
"""

import re

from scrapers.parse.html.note_marks import raise_mark


def _split_names(names: str) -> frozenset[str]:
    return frozenset(names.split())


BLOCK_ELEMENTS = _split_names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav"
    " ol optgroup option p pre section summary table tbody tfoot thead tr ul br"
)
INVISIBLE_ELEMENTS = _split_names(
    "applet area audio base button canvas datalist embed frame frameset head iframe input link map"
    " meta noembed noframes noscript object param rp rt rtc script select source style svg template"
    " textarea title track video"
)
# The elements whose tags mean something to `TextLines`; others are inline.
MARKED_ELEMENTS = BLOCK_ELEMENTS | {"td", "th", "sup", "sub", "wbr"}
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DROP_CAP_CLASS = re.compile(r"drop-?_?cap|first-?_?letter|lettrine", re.IGNORECASE)

# Invisible characters (soft hyphen, zero-width space, controls), which are dropped; and those of
# windows-1252, which numeric references such as &#147; turn into C1 controls.
_UNPRINTED_CHARACTERS = dict.fromkeys(
    [0xAD, 0x200B, 0x2060, 0xFEFF, *range(9), *range(14, 32), 0x7F], ""
)
_C1_AS_CP1252 = {n: bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0)}
_CHARACTER_MAP = {**_UNPRINTED_CHARACTERS, **_C1_AS_CP1252}
_SPACES = " \t\n\r"
_UNCLEAN = re.compile(f"[{re.escape(''.join(map(chr, sorted(_CHARACTER_MAP))))}]")

_CLOSING_CHARACTERS = frozenset(",.;:!?)]}”’…%‰、。，．；：！？）】」』》〉،؛؟۔।")
_OPENING_CHARACTERS = frozenset("([{“‘‚„¿¡（【「『《〈$£¥#@")
_FRENCH_SPACED = frozenset(";:!?")
_APOSTROPHE_S = re.compile(r"'(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_ONE_LETTER_WORDS = frozenset("AIOYÀÓÉaioyàóé")


# White space beside a tag, the weightier the greater: numbers, as enumerations are slower.
_NONE = 0
_PRINTER = 1  # has a line break: may be a pretty-printer's
_WRITER = 2


class TextLines:
    """Builds lines of text from start tags, end tags and text nodes."""

    def __init__(self, *, lang: str = "") -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._white_space = _NONE
        self._glue_next = False  # what comes next is raised, lowered, or the rest of a broken word
        self._raised = 0  # how many open elements raise the text …
        self._named_note = 0  # … and how many refer to a note
        self._after_drop_cap = False
        self._preformatted = 0
        self._in_quotation = False  # an odd number of straight quotation marks in this line so far
        self._french = lang.lower().startswith("fr")

    @property
    def is_preformatted(self) -> bool:
        """Whether white space is kept."""
        return self._preformatted > 0

    def start_tag(self, name: str, *, named_note: bool = False) -> None:
        """Handle a start tag; `named_note` for one that refers to a note."""
        self._named_note += named_note
        if name in BLOCK_ELEMENTS:
            self.end_line()
            self._preformatted += name == "pre"
        elif name in {"td", "th"}:
            self._white_space = _WRITER
        elif name in {"sup", "sub", "wbr"}:
            self._raised += name == "sup"
            self._glue_next = True

    def end_tag(self, name: str, *, drop_cap: bool = False, named_note: bool = False) -> None:
        """Handle an end tag; `drop_cap` for one that ends a drop cap."""
        self._named_note -= named_note
        if name in BLOCK_ELEMENTS:
            self.end_line()
            self._preformatted -= name == "pre"
        elif name in {"td", "th"}:
            self._white_space = _WRITER
        elif name == "sup":
            self._raised -= 1
        if drop_cap:
            self._after_drop_cap = bool(self._line) and len(self._line[-1].lstrip("“‘\"'«")) == 1

    def add_text(self, text: str) -> None:
        """Add a text node."""
        if self._preformatted:
            first, *rest = clean_characters(text).split("\n")
            self._add(first)
            for line in rest:
                self.end_line()
                self._add(line)
        elif text.strip(_SPACES):
            self._add(clean_characters(text))
        elif text and self._line:
            self._note_white_space(text)

    def end_line(self) -> None:
        """End the current line, at the start or end of a block."""
        if self._line:
            self.lines.append("".join(self._line))
            self._line = []
        self._in_quotation = False
        self._white_space, self._glue_next = _NONE, False
        self._after_drop_cap = False

    def text(self) -> str:
        """Return all lines so far."""
        self.end_line()
        return "\n".join(self.lines)

    def _add(self, text: str) -> None:
        words = text.split()
        if text[:1].isspace():
            self._note_white_space(text[: len(text) - len(text.lstrip())])
        if not words:
            return
        words_text = " ".join(words)
        has_space = (
            bool(self._line) and self._white_space is not _NONE and not self._is_glued(words_text)
        )
        if has_space:
            self._line.append(" ")
        if self._raised or self._named_note:
            words_text = raise_mark(
                words_text,
                "" if has_space or not self._line else self._line[-1][-1],
                raised=self._raised > 0,
                named=self._named_note > 0,
            )
        self._line.append(words_text)
        self._in_quotation ^= words_text.count('"') % 2 == 1
        self._white_space, self._glue_next = _NONE, False
        self._after_drop_cap = False
        if text[-1].isspace():
            self._note_white_space(text[len(text.rstrip()) :])

    def _note_white_space(self, characters: str) -> None:
        white_space = _PRINTER if "\n" in characters or "\r" in characters else _WRITER
        self._white_space = max(white_space, self._white_space)

    def _is_glued(self, after: str) -> bool:
        before = self._line[-1]
        if self._after_drop_cap and after[0].islower():
            return before[-1] not in _ONE_LETTER_WORDS
        if self._white_space is _WRITER:
            return False
        return self._glue_next or self._is_never_spaced(before, after)

    def _is_never_spaced(self, before: str, after: str) -> bool:
        last, first = before[-1], after[0]
        if self._french and first in _FRENCH_SPACED:
            return False
        if first in _CLOSING_CHARACTERS or last in _OPENING_CHARACTERS:
            return True
        if first == '"' or last == '"':
            # The quotation mark closes an open quotation, or has just opened one.
            return self._in_quotation
        if first == "'":
            return bool(_APOSTROPHE_S.match(after)) or (last in "sS" and after[1:2] in {"", " "})
        compound = first in "-‑" and after[1:2].isalnum() and last.isalnum()
        return compound or (last in "-‑" and before[-2:-1].isalnum() and first.isalnum())


def clean_characters(text: str) -> str:
    """Return `text` without invisible characters, and with those that C1 controls stand for."""
    return text.translate(_CHARACTER_MAP) if _UNCLEAN.search(text) else text  # that is slow


def is_hidden(hidden: object, style: object) -> bool:
    """Return whether the values of an element's attributes, None for none, hide it."""
    by_attribute = hidden is not None and str(hidden).lower() != "until-found"
    return by_attribute or (style is not None and _HIDING_STYLE.search(str(style)) is not None)


def is_drop_cap(classes: str) -> bool:
    """Return whether an element of these classes is the large first letter of a paragraph."""
    lower = classes.lower()
    may_be = "cap" in lower or "lett" in lower  # a search takes longer
    return may_be and _DROP_CAP_CLASS.search(classes) is not None
