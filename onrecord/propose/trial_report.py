"""Report what a source reads of a page: each field, its value, and the rule that found it."""

from collections.abc import Iterator
from dataclasses import dataclass

from archive.models import Issued, Reading
from scrapers.source_format.extraction_rule import Rule
from scrapers.source_format.page_layout import Layout
from scrapers.source_format.source import Source

# A layout's fields in the order in which a person checks them against the page.
FIELDS = (
    "identity", "title", "issued", "modified", "issuer", "speakers", "signatories", "venue",
    "kind", "lang", "url", "translations", "text",
)  # fmt: skip
_ATTRIBUTE_NAMES = {"identity": "identifier"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReport:
    """One field of one reading; `rule` is "" where the value is the source's, not the page's."""

    name: str
    said: str  # the value as text; "" for none
    rule: str


def field_reports(source: Source, reading: Reading) -> Iterator[FieldReport]:
    """Yield every field of a reading that `source` made."""
    version = int(reading.reader.rpartition("/")[2])
    layout = next(layout for layout in source.layouts if layout.version == version)
    for name in FIELDS:
        yield FieldReport(
            name=name, said=_field_text(reading, name), rule=_field_rule(layout, name)
        )


def describe_issued(issued: Issued) -> str:
    """Return a date with its printed form, and that it is a guess where the page states none."""
    return f"{issued.value} ({'a guess; ' * issued.is_guess}“{issued.printed}”)"


def _field_text(reading: Reading, name: str) -> str:
    value = getattr(reading, _ATTRIBUTE_NAMES.get(name, name))
    if not value:
        return ""
    if name == "issued":
        return describe_issued(value)
    if name == "translations":
        return ", ".join(f"{lang}: {url}" for lang, url in dict(value).items())
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _field_rule(layout: Layout, name: str) -> str:
    """Return the rules of a layout for a field, as written in its TOML."""
    if name == "signatories" and layout.experts:
        return "the text's last note"
    if name == "translations":
        return layout.translations.select if layout.translations else ""
    rules = getattr(layout, name)
    return ", else ".join(_rule_text(rule) if isinstance(rule, Rule) else rule for rule in rules)


def _rule_text(rule: Rule) -> str:
    if rule.value is not None:
        return f"always {rule.value!r}"
    return f"{rule.select} ~ {rule.pattern}" if rule.pattern else rule.select
