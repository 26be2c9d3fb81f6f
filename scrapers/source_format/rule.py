"""How one field of a statement is found, and what is made of what was found."""

from typing import Annotated, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)

from scrapers.source_format.field_types import Regex, StrictModel, as_rules


class Rule(StrictModel):
    """How one field is found: a selector, how often it must match, and what to make of it."""

    select: str = ""  # CSS, CSS @attribute, JMESPath or a feed element, as the layout reads
    match: Literal["one", "optional", "some", "any", "first"] = "one"  # first: of any number
    pattern: Regex = ""  # searched in what is found; its first group is kept
    form: str = ""  # "{}" stands for what is found ("https://www.gov.uk{}"), {1} for a group
    case: Literal["", "upper", "lower"] = ""  # of what is put in the form
    values: dict[str, str] = Field(
        default_factory=dict
    )  # what is found → what we say; "*" for anything else
    split: Regex = ""  # where several values stand in one: "; "
    value: str | None = None  # says this, without looking

    @model_validator(mode="after")
    def _check_select_or_value(self) -> Self:
        if bool(self.select) == (self.value is not None):
            raise ValueError("either select or value")
        return self


class DateRule(Rule):
    """How a date is found, and how it is to be understood."""

    precision: Literal["", "year", "month", "day"] = ""  # never more than this, whatever is said
    order: Literal["", "dmy", "mdy"] = ""  # of 04/05/2017; without it such a date is not read
    zone: str = ""  # IANA name, of times that say none; without it they are read as days


class Translations(StrictModel):
    """Where a page names itself in other languages."""

    select: str
    lang: str  # @attribute (HTML) or JMESPath (JSON)
    url: str


class Siblings(StrictModel):
    """How what a statement is called in one language becomes what it is called in another."""

    of: Literal["url", "identity"] = "url"
    pattern: Regex
    forms: dict[str, str]  # by language: the match there; {1}, {2} for the groups of the pattern


Rules = Annotated[tuple[Rule, ...], BeforeValidator(as_rules)]
DateRules = Annotated[tuple[DateRule, ...], BeforeValidator(as_rules)]
