"""What a citation needs to know of one archived statement: facts, no formatting."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.models import Issued, Passage


class UrlStatus(StrEnum):
    """What became of the live address, as far as we looked."""

    LIVE = "live"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationData:
    """One version of a statement, as it is to be cited."""

    statement: str  # its id
    issuer: str
    title: str
    publisher: str
    kind: str  # press-release, statement, speech, …
    identifier: str  # document symbol; "" where it is only an address
    issued: Issued | None
    lang: str  # BCP 47
    url: str  # live address; "" for none
    memento: str  # address of the archived copy (URI-M); "" for a transcript
    captured: datetime
    sha256: str  # of the page as captured; of the text, for a transcript
    passage: Passage | None = None  # the words that are quoted
    fragment: str = ""  # text fragment of the passage, see archive.urls.text_fragment
    transcript_of: str = ""  # the text collection it was typed out in; "" for a capture
    url_status: UrlStatus = UrlStatus.UNKNOWN
    archived: datetime | None = None  # when another archive captured the page: its word
    archived_by: str = ""  # that archive's host
