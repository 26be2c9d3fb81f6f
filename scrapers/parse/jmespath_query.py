"""Parse JSON within limits, and query it with JMESPath."""

import json
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from archive.errors import FormatError, SourceError
from scrapers.parse.parser_limits import check_json


@lru_cache(maxsize=512)
def _compile(expression: str) -> ParsedResult:
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        raise SourceError(f"expected a JMESPath expression, found {expression!r}") from error


def parse_json(text: str) -> Any:
    """Parse `text`; LimitError where it exceeds a limit, FormatError where it is not JSON."""
    check_json(text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise FormatError(expected="JSON", found=repr(text[:40])) from error


def query_json(data: Any, expression: str) -> list[Any]:
    """Return the result of `expression` as a list: a list's members, one value, or none."""
    try:
        result = _compile(expression).search(data)
    except JMESPathError as error:
        raise SourceError(f"{expression}: {error}") from error
    values = result if isinstance(result, list) else [result]
    return [value for value in values if value is not None]
