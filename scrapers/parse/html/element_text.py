"""The visible text of lxml elements, by the rules of text_lines.py."""

from collections.abc import Container, Iterable
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

from scrapers.parse.html.note_marks import NOTE_ELEMENTS, names_note
from scrapers.parse.html.text_lines import (
    INVISIBLE_ELEMENTS,
    MARKED_ELEMENTS,
    TextLines,
    clean_characters,
    is_drop_cap,
    is_hidden,
)

# Of the invisible elements, what a reader sees or can open: text in a control, and what stands in
# for an object.
_OPENABLE_ELEMENTS = frozenset(["noscript", "textarea", "button", "object", "canvas", "svg"])
_ASCII_SPACES = " \n\t\f\r"

# What ends with an element: its name, whether it is a drop cap, whether it refers to a note.
_Marks = tuple[str, bool, bool]
_INLINE: _Marks = ("", False, False)  # of an element whose tags mean nothing
_MARKS: dict[str, _Marks] = {name: (name, False, False) for name in MARKED_ELEMENTS}
_TAGS = frozenset(["start", "end"])
_EVENTS = (*_TAGS, "comment", "pi")


def add_element(
    lines: TextLines,
    root: _Element,
    dropped: Container[_Element] = frozenset(),
    *,
    openable: bool = False,
    as_soup: bool = False,
) -> None:
    """Add the visible text of `root`, without the elements `dropped`.

    If `openable`, also the text of controls and shadow roots, and what stands in for objects and
    scripts. `as_soup`: text on both sides of a comment is two texts, as in a soup; else it is one.
    """
    open_elements: list[_Marks] = []
    text = ""
    walk = etree.iterwalk(root, events=_EVENTS)
    for event, node in walk:
        if text and (as_soup or event in _TAGS):
            lines.add_text(_as_in_soup(lines, text) if as_soup else text)
            text = ""
        if event == "start":
            name = node.tag
            if _is_left_out(node, name, openable) or node in dropped:
                walk.skip_subtree()
                open_elements.append(_INLINE)
                continue
            marks = _marks_of(node, name, openable)
            if marks is not _INLINE:
                lines.start_tag(marks[0], named_note=marks[2])
            open_elements.append(marks)
            text = node.text or ""
            continue
        if event == "end":
            marks = open_elements.pop()
            if marks is not _INLINE:
                lines.end_tag(marks[0], drop_cap=marks[1], named_note=marks[2])
        if open_elements:
            text += node.tail or ""


def has_visible_text(root: _Element, at_least: int) -> bool:
    """Return whether an element has `at_least` so many visible characters beside white space.

    It reads no further than to these.
    """
    characters = 0
    walk = etree.iterwalk(root, events=("start",))
    for _, node in walk:
        if _is_left_out(node, node.tag, openable=False):
            walk.skip_subtree()
        elif text := node.text:
            characters += len("".join(clean_characters(text).split()))
            if characters >= at_least:
                return True
    return False


def element_block_text(
    elements: Iterable[_Element], lang: str, dropped: Container[_Element] = frozenset()
) -> str:
    """Return the text of `elements`, one block a line, as of a soup."""
    lines = TextLines(lang=lang)
    for element in elements:
        add_element(lines, element, dropped, as_soup=True)
        lines.end_line()
    return lines.text()


def _as_in_soup(lines: TextLines, text: str) -> str:
    """Return a text as BeautifulSoup keeps it: of white space alone, one character."""
    if "\r" in text and not text.strip(_ASCII_SPACES) and not lines.is_preformatted:
        return "\n" if "\n" in text else " "
    return text


def _is_left_out(node: _Element, name: str, openable: bool) -> bool:
    if name in INVISIBLE_ELEMENTS and not (openable and _is_openable(node, name)):
        return True
    hidden, style = node.get("hidden"), node.get("style")
    return (hidden is not None or style is not None) and is_hidden(hidden, style)


def _is_openable(node: _Element, name: str) -> bool:
    """Return whether a reader can open what an invisible element holds.

    A template is the content of its parent if it declares a shadow root (HTML, 4.12.3).
    """
    if name == "template":
        return node.get("shadowrootmode") in {"open", "closed"}
    return name in _OPENABLE_ELEMENTS


def _marks_of(node: _Element, name: str, openable: bool) -> _Marks:
    """Return what the tags of an element mean; `_INLINE` where they mean nothing.

    A drop cap is inline whatever its element; what can be opened is a block.
    """
    if openable and (name in _OPENABLE_ELEMENTS or name == "text"):
        return _MARKS["div"]
    classes = node.get("class")
    drop_cap = classes is not None and _is_drop_cap(classes)
    if drop_cap and name == "div":
        name = "span"
    named_note = name in NOTE_ELEMENTS and _refers_to_note(node, name, classes or "")
    return (name, drop_cap, named_note) if drop_cap or named_note else _MARKS.get(name, _INLINE)


def _refers_to_note(node: _Element, name: str, classes: str) -> bool:
    href = (node.get("href") or "") if name == "a" else ""
    others = node.get("role") or "", node.get("epub:type") or ""
    return _names_note(name, href[:1], classes, *others)


@lru_cache(maxsize=4096)
def _names_note(name: str, href: str, *names: str) -> bool:
    return names_note(name, href, *names)


@lru_cache(maxsize=4096)
def _is_drop_cap(classes: str) -> bool:
    return is_drop_cap(classes)
