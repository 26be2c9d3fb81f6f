"""The visible text of lxml elements, by the rules of text_lines.py."""

from collections.abc import Container, Iterable, Iterator
from functools import lru_cache

from lxml.etree import _Element

from scrapers.parse.html.note_marks import NOTE_ELEMENTS, names_note
from scrapers.parse.html.text_lines import (
    INVISIBLE_ELEMENTS,
    MARKED_ELEMENTS,
    TextLines,
    is_drop_cap,
    is_hidden,
)

# Of the invisible elements, what a reader sees or can open: text in a control, and what stands in
# for an object.
_OPENABLE_ELEMENTS = frozenset(["noscript", "textarea", "button", "object", "canvas", "svg"])
_ASCII_SPACES = " \n\t\f\r"

_Level = tuple[_Element, str, bool, bool, Iterator[_Element]]  # an open element, and its siblings


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
    # A stack and not recursion: parsers nest unclosed tags deeper than Python's recursion limit.
    levels: list[_Level] = []
    siblings: Iterator[_Element] = iter((root,))
    text = ""
    while True:
        for node in siblings:
            name = node.tag
            if not isinstance(name, str):  # a comment or a processing instruction
                if as_soup and text:
                    _add_text(lines, text, as_soup)
                    text = ""
            else:
                if text:
                    _add_text(lines, text, as_soup)
                text = ""
                if not _is_left_out(node, name, dropped, openable):
                    name, drop_cap, named_note = _marks_of(node, name, openable)
                    if named_note or name in MARKED_ELEMENTS:
                        lines.start_tag(name, named_note=named_note)
                    text = node.text or ""
                    levels.append((node, name, drop_cap, named_note, siblings))
                    siblings = iter(node)
                    break
            if levels:
                text += node.tail or ""
        else:
            if text:
                _add_text(lines, text, as_soup)
            if not levels:
                return
            node, name, drop_cap, named_note, siblings = levels.pop()
            if drop_cap or named_note or name in MARKED_ELEMENTS:
                lines.end_tag(name, drop_cap=drop_cap, named_note=named_note)
            text = (node.tail or "") if levels else ""


def element_block_text(
    elements: Iterable[_Element], lang: str, dropped: Container[_Element] = frozenset()
) -> str:
    """Return the text of `elements`, one block a line, as of a soup."""
    lines = TextLines(lang=lang)
    for element in elements:
        add_element(lines, element, dropped, as_soup=True)
        lines.end_line()
    return lines.text()


def _add_text(lines: TextLines, text: str, as_soup: bool) -> None:
    if as_soup and "\r" in text and not text.strip(_ASCII_SPACES) and not lines.is_preformatted:
        text = "\n" if "\n" in text else " "  # as BeautifulSoup keeps white space alone
    lines.add_text(text)


def _is_left_out(node: _Element, name: str, dropped: Container[_Element], openable: bool) -> bool:
    if name in INVISIBLE_ELEMENTS and not (openable and _is_openable(node, name)):
        return True
    hidden, style = node.get("hidden"), node.get("style")
    if (hidden is not None or style is not None) and is_hidden(hidden, style):
        return True
    return node in dropped


def _is_openable(node: _Element, name: str) -> bool:
    """Return whether a reader can open what an invisible element holds.

    A template is the content of its parent if it declares a shadow root (HTML, 4.12.3).
    """
    if name == "template":
        return node.get("shadowrootmode") in {"open", "closed"}
    return name in _OPENABLE_ELEMENTS


def _marks_of(node: _Element, name: str, openable: bool) -> tuple[str, bool, bool]:
    """Return an element's name for lines, whether it is a drop cap, whether it refers to a note.

    A drop cap is inline whatever its element; what can be opened is a block.
    """
    if openable and (name in _OPENABLE_ELEMENTS or name == "text"):
        return "div", False, False
    classes = node.get("class")
    drop_cap = classes is not None and _is_drop_cap(classes)
    if drop_cap and name == "div":
        name = "span"
    return name, drop_cap, name in NOTE_ELEMENTS and _refers_to_note(node, name, classes or "")


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
