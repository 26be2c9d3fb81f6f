"""The [[layouts]] of a source: how captures of a period are read."""

from datetime import date
from typing import Literal

from pydantic import (
    Field,
)

from scrapers.source_format.extraction_rule import DateRules, Rules, Translations
from scrapers.source_format.toml_value_types import StrictModel, Strings


class Layout(StrictModel):
    """How captures of a period are read.

    Days are those of capture: a site's template changes for old and new statements alike.
    """

    version: int = Field(ge=1)
    reads: Literal["html", "json", "feed", "items"]  # a page; or each item of a listing
    since: date | None = None  # first day of capture
    until: date | None = None  # last day of capture
    has: str = ""  # selector: this layout is for documents where it matches
    identity: Rules
    each_language: bool = False  # all languages share the identity: append the page's language
    title: Rules
    text: Strings  # selectors; the text is all their matches, in document order
    drop: Strings = ()  # selectors of elements inside the text that are omitted
    notices: Strings = ()  # selectors of what the publisher notes; of HTML, omitted from the text
    empty_text: bool = False  # a statement may have a title only
    issued: DateRules = ()
    modified: DateRules = ()
    issuer: Rules = ()
    speakers: Rules = ()
    signatories: Rules = ()
    experts: str = (
        ""  # or: those whom the text's last note names (scrapers.extract.signatories), as this body
    )
    venue: Rules = ()
    kind: Rules = ()
    lang: Rules = ()
    url: Rules = ()
    translations: Translations | None = None

    @property
    def reads_items(self) -> bool:
        """Return whether this layout is for the items of a listing, not for pages."""
        return self.reads in ("feed", "items")

    def covers(self, day: date) -> bool:
        """Return whether this layout is for captures of `day`."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )
