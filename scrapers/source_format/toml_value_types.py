"""Types of single values in a source's TOML: patterns, web addresses, lists of rules."""

import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
)

from scrapers.source_format.publisher_kind import check_country


def check_regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"a regular expression ({error})") from error
    return value


def check_web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an http or https address")
    return value


def check_zone(value: str) -> str:
    try:
        if value:
            ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("the IANA name of a time zone, as Europe/Brussels") from error
    return value


def as_rules(value: object) -> object:
    """Accept one rule for a list of one, and a string, the selector, for a rule."""
    rules = value if isinstance(value, list) else [value]
    return [{"select": rule} if isinstance(rule, str) else rule for rule in rules]


def as_tuple(value: object) -> object:
    return [value] if isinstance(value, str) else value


Regex = Annotated[str, AfterValidator(check_regex)]
WebAddress = Annotated[str, AfterValidator(check_web_address)]
TimeZone = Annotated[str, AfterValidator(check_zone)]
Country = Annotated[str, AfterValidator(check_country)]
Strings = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]


class StrictModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)
