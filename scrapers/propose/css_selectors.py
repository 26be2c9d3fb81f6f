"""Generate short, stable CSS selectors for an element, from names and not from positions."""

import re
from collections.abc import Iterator

from bs4.element import Tag

_STABLE_NAME = re.compile(r"[a-zA-Z][a-zA-Z_-]{1,39}")  # names with digits are often generated
_STYLING_NAME = re.compile(
    r"^(?:col|row|clearfix|container|wrapper|inner|grid|active|first|last|odd|even)\b"
)
_TELLING_TAGS = frozenset({"article", "main", "h1", "time", "address"})
_MAX_ANCESTORS = 6

RankedSelector = tuple[
    int, int, str
]  # parts, how well they name it (0 is best) and length, selector


def candidate_selectors(tag: Tag) -> list[str]:
    """Return selectors that match `tag`, the shortest and most specific first.

    They may match other elements too: the caller tests them on its pages.
    """
    ranked: set[RankedSelector] = {
        (1, rank * 100 + len(simple), simple) for rank, simple in _simple_selectors(tag)
    }
    last_parts = [(rank, simple) for rank, simple in _simple_selectors(tag)] or [(5, tag.name)]
    for parent in list(tag.parents)[:_MAX_ANCESTORS]:
        for outer_rank, outer in _simple_selectors(parent):
            for rank, simple in [*last_parts, (4, tag.name)]:
                selector = f"{outer} {simple}"
                ranked.add((2, (outer_rank + rank) * 100 + len(selector), selector))
    return [selector for _, _, selector in sorted(ranked)]


def _simple_selectors(tag: Tag) -> Iterator[tuple[int, str]]:
    """Yield (rank, selector) from the element's id, itemprop, tag name and classes."""
    if _STABLE_NAME.fullmatch(element_id := str(tag.get("id") or "")):
        yield 0, f"#{element_id}"
    if itemprop := tag.get("itemprop"):
        yield (
            1,
            f"[itemprop={itemprop}]"
            if _STABLE_NAME.fullmatch(str(itemprop))
            else f'[itemprop="{itemprop}"]',
        )
    if tag.name in _TELLING_TAGS:
        yield 2, tag.name
    for name in tag.get_attribute_list("class"):
        if name and _STABLE_NAME.fullmatch(name):
            yield (4 if _STYLING_NAME.match(name) else 3), f".{name}"
