"""The rules of a layout: how a field is selected and converted."""

from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)

from scrapers.source_format.toml_value_types import Regex, StrictModel, TimeZone, as_rules


class Rule(StrictModel):
    """How one field is read: a selector, how often it must match, and conversions."""

    select: str = ""  # CSS, CSS @attribute, JMESPath or a feed element, as the layout reads
    match: Literal["one", "optional", "some", "any", "first"] = "one"  # first: of any number
    pattern: Regex = ""  # searched in the selected value; its first group is the value
    form: str = ""  # "{}" stands for the value ("https://www.gov.uk{}"), {1} for a group
    case: Literal["", "upper", "lower"] = ""  # of what is inserted in the form
    values: dict[str, str] = Field(
        default_factory=dict
    )  # value → replacement; "*" for any other value
    split: Regex = ""  # separator of several values in one: "; "
    value: str | None = None  # a constant, instead of a selector

    @model_validator(mode="after")
    def _check_select_or_value(self) -> Self:
        if bool(self.select) == (self.value is not None):
            raise ValueError("either select or value")
        return self


class DateRule(Rule):
    """How a date is selected and interpreted."""

    precision: Literal["", "year", "month", "day"] = ""  # the most precise value, whatever is found
    order: Literal["", "dmy", "mdy"] = ""  # of 04/05/2017; without it such a date is not read
    zone: TimeZone = ""  # of this date, where it differs from the source's


class Translations(StrictModel):
    """Where a page links to its translations."""

    select: str
    lang: str  # @attribute (HTML) or JMESPath (JSON)
    url: str


class Siblings(StrictModel):
    """How a statement's URL or identity in one language is converted to another's."""

    of: Literal["url", "identity"] = "url"
    pattern: Regex
    forms: dict[str, str]  # language → replacement of the match; {1}, {2} for its groups


Rules = Annotated[tuple[Rule, ...], BeforeValidator(as_rules)]
DateRules = Annotated[tuple[DateRule, ...], BeforeValidator(as_rules)]
