"""Recognise block pages by what their vendor puts in them: rules as data, one TOML file a vendor.

A file in `block_pages` has `name`; `marks`, sets of marks, all of which are on such a page, in
lower case; `marks_of_empty`, sets that other pages may have too, and that tell only of a page with
next to no text; `headers`, names of response headers with a regular expression; and `outcome`, that
of such a page: blocked, unless it says suspect.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archive.errors import FormatError
from archive.models import Outcome

MAX_TEXT_CHARACTERS = 1_500  # visible characters: a block page has little text
MAX_EMPTY_CHARACTERS = 200  # of a page with next to no text

MarkSets = tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPageRule:
    """How the block pages of one vendor are recognised."""

    name: str
    marks: MarkSets
    marks_of_empty: MarkSets = ()
    headers: tuple[tuple[str, re.Pattern[str]], ...] = ()
    outcome: Outcome = Outcome.BLOCKED


@cache
def block_page_rules() -> tuple[BlockPageRule, ...]:
    """Return the rules of all vendors, in the order of their files' names."""
    folder = files("scrapers.fetch.classify.block_pages")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(_read_rule(name, (folder / name).read_text("utf-8")) for name in names)


def find_rule(page: bytes, text_length: int) -> BlockPageRule | None:
    """Return the rule that a page fits, None where it is no block page.

    `page`: its bytes in lower case; `text_length`: the number of its visible characters.
    """
    if text_length >= MAX_TEXT_CHARACTERS:
        return None
    is_empty = text_length < MAX_EMPTY_CHARACTERS
    for rule in block_page_rules():
        sets = (*rule.marks, *rule.marks_of_empty) if is_empty else rule.marks
        if any(all(mark in page for mark in marks) for marks in sets):
            return rule
    return None


def find_rule_of_headers(headers: Sequence[tuple[str, str]]) -> BlockPageRule | None:
    """Return the rule that a response's headers fit, None for none."""
    values = {name.lower(): value.lower() for name, value in reversed(headers)}
    for rule in block_page_rules():
        for name, pattern in rule.headers:
            if pattern.search(values.get(name, "")):
                return rule
    return None


def _read_rule(file_name: str, text: str) -> BlockPageRule:
    table = tomllib.loads(text)
    if unknown := set(table) - {"name", "outcome", "marks", "marks_of_empty", "headers"}:
        raise FormatError(f"{file_name}: unknown keys: {', '.join(sorted(unknown))}")
    return BlockPageRule(
        name=str(table["name"]),
        outcome=Outcome(table.get("outcome", Outcome.BLOCKED.value)),
        marks=_mark_sets(table.get("marks", ())),
        marks_of_empty=_mark_sets(table.get("marks_of_empty", ())),
        headers=tuple(
            (name.lower(), re.compile(value)) for name, value in table.get("headers", {}).items()
        ),
    )


def _mark_sets(sets: Sequence[Sequence[str]]) -> MarkSets:
    return tuple(tuple(mark.encode() for mark in marks) for marks in sets)
