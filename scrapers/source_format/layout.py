"""How a source's captures of certain days are read."""

from datetime import date
from typing import Literal

from pydantic import (
    Field,
)

from scrapers.source_format.field_types import StrictModel, Strings
from scrapers.source_format.rule import DateRules, Rules, Translations


class Layout(StrictModel):
    """How captures of certain days read.

    Days are those of capture: a server's template changes for old and new statements alike.
    """

    version: int = Field(ge=1)
    reads: Literal["html", "json", "feed", "items"]  # a page; or each item of a listing
    since: date | None = None  # first day of capture
    until: date | None = None  # last day of capture
    has: str = ""  # this layout is for pages where this matches
    identity: Rules
    each_language: bool = False  # the identity is that of all languages: add a page's own to it
    title: Rules
    text: Strings  # everything these match, in the order of the page, is the text
    drop: Strings = ()  # what these match inside the text is not
    empty_text: bool = False  # a statement may have none (a title says it all)
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

    def covers(self, day: date) -> bool:
        """Say whether captures of `day` may be laid out so."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )
