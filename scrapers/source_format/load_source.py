"""Load sources from TOML files; errors name the invalid keys."""

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import (
    ValidationError,
)
from pydantic_core import ErrorDetails

from archive.errors import SourceError
from scrapers.source_format.source import Source

BUILT_IN = Path(__file__).parents[1] / "sources"


def load_source(path: Path) -> Source:
    """Read one source; SourceError naming the file, the key and what was expected."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SourceError(f"{path}: expected TOML in UTF-8, found: {error}") from error
    try:
        return Source.model_validate({**table, "name": path.stem})
    except ValidationError as error:
        raise SourceError(f"{path}: {_describe_errors(error)}") from error


def _describe_errors(error: ValidationError) -> str:
    """Return one line with each invalid key and what was expected; pydantic's has four lines."""
    messages = []
    errors = error.errors(include_url=False)
    for detail in errors:
        inner = [
            other["loc"][: len(detail["loc"])]
            for other in errors
            if len(other["loc"]) > len(detail["loc"])
        ]
        if detail["loc"] and detail["loc"] in inner:
            continue  # a consequence: "at least one layout", where the only layout is invalid
        key = ".".join(str(part) for part in detail["loc"]) or "file"
        found = "" if isinstance(detail["input"], dict) else f", found {detail['input']!r:.60}"
        messages.append(f"{key}: expected {_expectation(detail)}{found}")
    return "; ".join(messages)


# What pydantic's types of error ask for; {…} are the values of its context.
_EXPECTATIONS = {
    "missing": "a value, found none",
    "extra_forbidden": "no such key",
    "value_error": "{error}",
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "literal_error": "{expected}",
    "union_tag_invalid": "one of {expected_tags}",
    "union_tag_not_found": "the key {discriminator}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "too_short": "at least {min_length}",
    "date_type": "a date",
    "date_parsing": "a date",
    "date_from_datetime_parsing": "a date",
}


def _expectation(detail: ErrorDetails) -> str:
    """Return what was expected, from the type of the error and its context."""
    pattern = _EXPECTATIONS.get(detail["type"])
    return pattern.format(**detail.get("ctx", {})) if pattern else detail["msg"]


@lru_cache(maxsize=1)
def _load_built_in() -> dict[str, Source]:
    return {path.stem: load_source(path) for path in sorted(BUILT_IN.glob("*.toml"))}


def load_sources(extra: Path | None = None) -> dict[str, Source]:
    """Return the built-in sources and those in the folder `extra`, by name.

    A user's own file replaces a built-in one of the same name. SourceError where a file is invalid:
    if it were skipped, a publisher would silently no longer be collected.
    """
    paths = sorted(extra.glob("*.toml")) if extra is not None and extra.is_dir() else []
    return {**_load_built_in(), **{path.stem: load_source(path) for path in paths}}
