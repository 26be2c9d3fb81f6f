"""Apply a rule's pattern, mapping and form to a selected value."""

import re
from functools import lru_cache

from scrapers.source_format.extraction_rule import Rule


class NoMatchError(ValueError):
    """A value does not match a rule: `expected` is its pattern, or the values that it maps."""

    def __init__(self, expected: str, *, by_pattern: bool) -> None:
        super().__init__(expected)
        self.expected, self.by_pattern = expected, by_pattern


def apply_rule(rule: Rule, text: str) -> str:
    """Return `text` reduced to the pattern's match, mapped by `values`, and inserted in the form.

    In the form, `{}` stands for the value and `{1}`, `{2}` for the groups of the pattern.
    NoMatchError where the pattern does not match or the mapping lacks the value.
    """
    value = text
    groups: tuple[str, ...] = ()
    if rule.pattern:
        match = _compile(rule.pattern).search(text)
        if match is None:
            raise NoMatchError(rule.pattern, by_pattern=True)
        groups = match.groups(default="")
        value = groups[0] if groups else match[0]
    if rule.values:
        mapped = rule.values.get(value, rule.values.get("*"))
        if mapped is None:
            raise NoMatchError(" or ".join(rule.values), by_pattern=False)
        value = mapped.replace("{}", value)
    change_case = {"upper": str.upper, "lower": str.lower}.get(rule.case, str)
    form = rule.form or "{}"
    for number, group in enumerate(groups, start=1):
        form = form.replace(f"{{{number}}}", change_case(group))
    return form.replace("{}", change_case(value))


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
