"""What a page says of itself to machines: JSON-LD (W3C, 4.9: embedded in HTML)."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from bs4.element import Tag

from archive.errors import FormatError, LimitError
from scrapers.parse.jmespath_query import parse_json, query_json

JSON_LD_PREFIX = "json-ld:"  # before a JMESPath, in a selector of a page
_SCRIPT_SELECTOR = "script[type='application/ld+json']"


def query_json_ld(root: Tag, expression: str) -> list[str]:
    """Return what `expression` finds in the objects of a page's JSON-LD, each value once.

    Objects are asked one by one, the outer before what is in them: an article before what it is
    related to. A script that is not JSON says nothing, as to every other reader of it.
    """
    found: dict[str, None] = {}
    for each in _iter_objects(root):
        for value in query_json(each, expression):
            if isinstance(value, str | int | float) and str(value).strip():
                found[" ".join(str(value).split())] = None
    return list(found)


def _iter_objects(root: Tag) -> Iterator[dict[str, Any]]:
    for script in root.select(_SCRIPT_SELECTOR):
        try:
            waiting = deque([parse_json(script.get_text())])
        except (FormatError, LimitError):
            continue
        while waiting:
            one = waiting.popleft()
            if isinstance(one, list):
                waiting += one
            elif isinstance(one, dict):
                yield one
                waiting += [value for value in one.values() if isinstance(value, list | dict)]
