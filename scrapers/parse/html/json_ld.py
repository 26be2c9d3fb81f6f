"""Query the JSON-LD that is embedded in an HTML page (JSON-LD 1.0, 4.9)."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.etree import _Element

from archive.errors import FormatError, LimitError
from scrapers.parse.jmespath_query import parse_json, query_json

JSON_LD_PREFIX = "json-ld:"  # of a JMESPath in a selector of a page
_TYPE = "application/ld+json"


def query_json_ld(scripts: Iterable[_Element], expression: str) -> list[str]:
    """Return the values of `expression` on the objects of JSON-LD in `scripts`, each value once.

    Each object is queried, outer before inner: an article before its related articles. A script
    that is not JSON is ignored, as every other consumer ignores it.
    """
    values: dict[str, None] = {}
    for json_object in _iter_objects(scripts):
        for value in query_json(json_object, expression):
            if isinstance(value, str | int | float) and str(value).strip():
                values[" ".join(str(value).split())] = None
    return list(values)


def _iter_objects(scripts: Iterable[_Element]) -> Iterator[dict[str, Any]]:
    for script in scripts:
        if (script.get("type") or "").lower() != _TYPE:
            continue
        try:
            pending = deque([parse_json(script.text or "")])
        except (FormatError, LimitError):
            continue
        while pending:
            node = pending.popleft()
            if isinstance(node, list):
                pending += node
            elif isinstance(node, dict):
                yield node
                pending += [value for value in node.values() if isinstance(value, list | dict)]
