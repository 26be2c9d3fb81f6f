"""Convert parsed markup to plain text: one block a line, inner white space one space.

The same page may be served compact or pretty-printed. A pretty-printer puts a line break at every
tag, so white space with a line break beside a tag may be its own and not the writer's: it is
dropped where no writer puts a space (before a comma, after an opening bracket, before a
superscript) and is a space anywhere else. White space without a line break is the writer's.
"""

import re
from collections.abc import Container, Iterable
from enum import Enum
from typing import NamedTuple

from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from lxml.etree import _Element

from scrapers.parse.html.note_marks import names_note, raise_mark


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
# Of these, what a reader sees or can open: text in a control, and what stands in for an object.
_OPENABLE_ELEMENTS = frozenset(["noscript", "textarea", "button", "object", "canvas", "svg"])
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTE_ELEMENTS = frozenset(["a", "sup", "span", "small"])
_DROP_CAP_CLASS = re.compile(r"drop-?_?cap|first-?_?letter|lettrine", re.IGNORECASE)

# Invisible characters (soft hyphen, zero-width space, controls), which are dropped; and those of
# windows-1252, which numeric references such as &#147; turn into C1 controls.
_UNPRINTED_CHARACTERS = dict.fromkeys(
    [0xAD, 0x200B, 0x2060, 0xFEFF, *range(9), *range(14, 32), 0x7F], ""
)
_C1_AS_CP1252 = {n: bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0)}
_CHARACTER_MAP = {**_UNPRINTED_CHARACTERS, **_C1_AS_CP1252}

_CLOSING_CHARACTERS = frozenset(",.;:!?)]}”’…%‰、。，．；：！？）】」』》〉،؛؟۔।")
_OPENING_CHARACTERS = frozenset("([{“‘‚„¿¡（【「『《〈$£¥#@")
_FRENCH_SPACED = frozenset(";:!?")
_APOSTROPHE_S = re.compile(r"'(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_ONE_LETTER_WORDS = frozenset("AIOYÀÓÉaioyàóé")


class _WhiteSpace(Enum):
    NONE = 0
    PRINTER = 1  # has a line break beside a tag: may be a pretty-printer's
    WRITER = 2


class _EndTag(NamedTuple):
    name: str
    drop_cap: bool
    named_note: bool


_END_OF_PART = _EndTag("div", drop_cap=False, named_note=False)  # of a control or an object


class TextLines:
    """Builds lines of text from start tags, end tags and text nodes."""

    def __init__(self, *, lang: str = "") -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._white_space = _WhiteSpace.NONE
        self._glue_next = False  # what comes next is raised, lowered, or the rest of a broken word
        self._raised = 0  # how many open elements raise the text …
        self._named_note = 0  # … and how many refer to a note
        self._after_drop_cap = False
        self._preformatted = 0
        self._in_quotation = False  # an odd number of straight quotation marks in this line so far
        self._french = lang.lower().startswith("fr")

    def start_tag(self, name: str, *, named_note: bool = False) -> None:
        """Handle a start tag; `named_note` for one that refers to a note."""
        self._raised += name == "sup"
        self._named_note += named_note
        if name in BLOCK_ELEMENTS:
            self.end_line()
        elif name in {"td", "th"}:
            self._white_space = _WhiteSpace.WRITER
        elif name in {"sup", "sub", "wbr"}:
            self._glue_next = True
        self._preformatted += name == "pre"

    def end_tag(self, name: str, *, drop_cap: bool = False, named_note: bool = False) -> None:
        """Handle an end tag; `drop_cap` for one that ends a drop cap."""
        self._raised -= name == "sup"
        self._named_note -= named_note
        if name in BLOCK_ELEMENTS:
            self.end_line()
        elif name in {"td", "th"}:
            self._white_space = _WhiteSpace.WRITER
        self._preformatted -= name == "pre"
        if drop_cap:
            self._after_drop_cap = bool(self._line) and len(self._line[-1].lstrip("“‘\"'«")) == 1

    def add_text(self, text: str) -> None:
        """Add a text node."""
        text = text.translate(_CHARACTER_MAP)
        if self._preformatted:
            first, *rest = text.split("\n")
            self._add(first)
            for line in rest:
                self.end_line()
                self._add(line)
        else:
            self._add(text)

    def end_line(self) -> None:
        """End the current line, at the start or end of a block."""
        if self._line:
            self.lines.append("".join(self._line))
            self._line = []
        self._in_quotation = False
        self._white_space, self._glue_next = _WhiteSpace.NONE, False
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
            bool(self._line)
            and self._white_space is not _WhiteSpace.NONE
            and not self._is_glued(words_text)
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
        self._white_space, self._glue_next = _WhiteSpace.NONE, False
        self._after_drop_cap = False
        if text[-1].isspace():
            self._note_white_space(text[len(text.rstrip()) :])

    def _note_white_space(self, characters: str) -> None:
        white_space = (
            _WhiteSpace.PRINTER if "\n" in characters or "\r" in characters else _WhiteSpace.WRITER
        )
        if white_space.value > self._white_space.value:
            self._white_space = white_space

    def _is_glued(self, after: str) -> bool:
        before = self._line[-1]
        if self._after_drop_cap and after[0].islower():
            return before[-1] not in _ONE_LETTER_WORDS
        if self._white_space is _WhiteSpace.WRITER:
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
    return text.translate(_CHARACTER_MAP)


def _is_hidden(hidden: object, style: object) -> bool:
    is_hidden = hidden is not None and str(hidden).lower() != "until-found"
    return is_hidden or (style is not None and _HIDING_STYLE.search(str(style)) is not None)


def _is_openable(element: _Element) -> bool:
    """Return whether a reader can open what an invisible element holds.

    A template is the content of its parent if it declares a shadow root (HTML, 4.12.3).
    """
    if element.tag == "template":
        return element.get("shadowrootmode") in {"open", "closed"}
    return element.tag in _OPENABLE_ELEMENTS


def add_soup(lines: TextLines, root: Tag, dropped_ids: Container[int] = ()) -> None:
    """Add the visible text of `root`, without the elements whose id() is in `dropped`."""
    # A stack and not recursion: parsers nest unclosed tags deeper than Python's recursion limit.
    stack: list[PageElement | _EndTag] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, _EndTag):
            lines.end_tag(node.name, drop_cap=node.drop_cap, named_note=node.named_note)
        elif isinstance(node, Tag):
            unseen = node.name in INVISIBLE_ELEMENTS or id(node) in dropped_ids
            if unseen or _is_hidden(node.get("hidden"), node.get("style")):
                continue
            end = _end_tag(node.name, node)
            lines.start_tag(end.name, named_note=end.named_note)
            stack.append(end)
            stack += reversed(node.contents)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            lines.add_text(node)


def add_element(lines: TextLines, root: _Element, *, openable: bool = False) -> None:
    """Add the visible text of an lxml element, by the same rules as `add_soup`.

    If `openable`, also the text of controls and shadow roots, and what stands in for objects and
    scripts.
    """
    stack: list[_Element | _EndTag | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            lines.add_text(node)
        elif isinstance(node, _EndTag):
            lines.end_tag(node.name, drop_cap=node.drop_cap, named_note=node.named_note)
        elif not isinstance(node.tag, str):  # a comment or a processing instruction
            continue
        elif (
            node.tag not in INVISIBLE_ELEMENTS or (openable and _is_openable(node))
        ) and not _is_hidden(node.get("hidden"), node.get("style")):
            is_part = openable and (node.tag in _OPENABLE_ELEMENTS or node.tag == "text")
            end = _END_OF_PART if is_part else _end_tag(node.tag, node)
            lines.start_tag(end.name, named_note=end.named_note)
            stack.append(end)
            for child in reversed(node):
                if child.tail:
                    stack.append(child.tail)
                stack.append(child)
            if node.text:
                stack.append(node.text)


def _end_tag(name: str, element: Tag | _Element) -> _EndTag:
    """Return the end tag of an element; a drop cap is inline whatever its element."""
    classes = _attribute(element, "class")
    drop_cap = _DROP_CAP_CLASS.search(classes) is not None
    inline = "span" if drop_cap and name == "div" else name
    named_note = inline in _NOTE_ELEMENTS and names_note(
        inline,
        _attribute(element, "href"),
        classes,
        _attribute(element, "role"),
        _attribute(element, "epub:type"),
    )
    return _EndTag(inline, drop_cap, named_note)


def _attribute(element: Tag | _Element, name: str) -> str:
    value = element.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def block_text(tags: Iterable[Tag], *, dropped_ids: Container[int] = (), lang: str = "") -> str:
    """Return the text of `tags`, one block a line."""
    lines = TextLines(lang=lang)
    for tag in tags:
        add_soup(lines, tag, dropped_ids)
        lines.end_line()
    return lines.text()


def inline_text(tag: Tag, *, lang: str = "") -> str:
    """Return the text of `tag` on one line: a title, a name, a date."""
    return " ".join(block_text([tag], lang=lang).split("\n"))
