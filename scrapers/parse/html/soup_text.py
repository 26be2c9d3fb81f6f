"""The visible text of BeautifulSoup's tags, by the rules of text_lines.py.

element_text.py does the same for lxml's elements, faster; tests compare the two.
"""

from collections.abc import Container, Iterable
from typing import NamedTuple

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from scrapers.parse.html.note_marks import NOTE_ELEMENTS, names_note
from scrapers.parse.html.text_lines import INVISIBLE_ELEMENTS, TextLines, is_drop_cap, is_hidden


class _EndTag(NamedTuple):
    name: str
    drop_cap: bool
    named_note: bool


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
            if unseen or is_hidden(node.get("hidden"), node.get("style")):
                continue
            end = _end_tag(node)
            lines.start_tag(end.name, named_note=end.named_note)
            stack.append(end)
            stack += reversed(node.contents)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            lines.add_text(node)


def _end_tag(element: Tag) -> _EndTag:
    """Return the end tag of an element; a drop cap is inline whatever its element."""
    classes, name = _attribute(element, "class"), element.name
    drop_cap = is_drop_cap(classes)
    inline = "span" if drop_cap and name == "div" else name
    named_note = inline in NOTE_ELEMENTS and names_note(
        inline,
        _attribute(element, "href"),
        classes,
        _attribute(element, "role"),
        _attribute(element, "epub:type"),
    )
    return _EndTag(inline, drop_cap, named_note)


def _attribute(element: Tag, name: str) -> str:
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
