"""The data that a citation of one archived statement needs, without formatting."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.models import Issued, Passage


class UrlStatus(StrEnum):
    """State of the live URL when it was last requested."""

    LIVE = "live"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationData:
    """One version of a statement, to be cited."""

    statement: str  # its id
    issuer: str
    title: str
    publisher: str
    kind: str  # press-release, statement, speech, …
    identifier: str  # document symbol; "" if it is only a URL
    issued: Issued | None
    lang: str  # BCP 47
    url: str  # live URL; "" for none
    memento: str  # URL of the archived copy (URI-M); "" for a transcript
    captured: datetime
    sha256: str  # of the page as captured; of the text, for a transcript
    passage: Passage | None = None  # the quoted words
    fragment: str = ""  # text fragment of the passage, see archive.urls.text_fragment
    transcript_of: str = ""  # the text collection it is from; "" for a capture
    url_status: UrlStatus = UrlStatus.UNKNOWN
    archived: datetime | None = (
        None  # when another archive captured the page, as that archive states
    )
    archived_by: str = ""  # that archive's host
