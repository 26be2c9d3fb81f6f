"""The data model: captures, statements, versions, passages, problems. Frozen values, no behaviour.

docs/glossary.md defines the terms. Every datetime is aware and in UTC; digests are lower-case hex
SHA-256; offsets count Unicode code points in text and bytes in files, `start` inclusive, `end` not.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The result of a request to a server. Exactly one per capture."""

    OK = "ok"
    UNCHANGED = "unchanged"  # 304: the body is the one we have
    REDIRECT = "redirect"  # one hop; the next one is a capture of its own
    GONE = "gone"  # 404 or 410
    BLOCKED = "blocked"  # a block page, a login, 401, 403, 429
    REFUSED_BY_ROBOTS = "refused-by-robots"  # not requested
    SERVER_ERROR = "server-error"  # any other status that is not a page
    NETWORK_ERROR = "network-error"  # no complete response: DNS, TLS, timeout, reset
    TOO_LARGE = "too-large"  # truncated at our limit
    NEEDS_BROWSER = "needs-browser"  # 200, but a shell: its words come by a script in a browser
    SUSPECT = "suspect"  # 200, but unlike this source's pages: quarantined
    WITHHELD = "withheld"  # not stored: it holds what was erased from this archive
    NOT_HELD = "not-held"  # the replayed files do not have it: says nothing about the server


class Role(StrEnum):
    """The purpose of a capture."""

    LISTING = "listing"  # a feed, sitemap, listing page or API answer that names statements
    PAGE = "page"  # holds a statement
    REQUISITE = "requisite"  # robots.txt, style sheets, images
    TRANSCRIPT = "transcript"  # a text from a text collection: never cited as a capture


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """Location of a WARC record: `length` bytes (one gzip member) at `offset` of file `warc`."""

    warc: str  # path relative to the archive's warc/ folder, with forward slashes
    offset: int
    length: int
    sha256: str  # of those bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """What another web archive states about its copy (RFC 7089); we did not verify it."""

    original: str  # the publisher's URL (URI-R)
    archived: datetime  # when that archive captured it (Memento-Datetime)
    archive: str  # host of that archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One exchange with a server, at one instant, of any outcome (WARC response; memento)."""

    id: str  # the WARC-Record-ID without brackets: urn:uuid:…
    url: str  # as requested: WARC-Target-URI
    captured: datetime  # WARC-Date
    outcome: Outcome
    role: Role
    source: str  # name of the requesting source; "" for none
    status: int | None  # HTTP status; None if no response came
    media_type: str  # of the response, lower case, without parameters; "" for none
    payload_sha256: str  # of the body after transfer decoding; "" without a body
    stored: StoredRecord
    taken_from: str = ""  # file it was replayed or imported from; "" if fetched from the server
    note: str = ""  # why the outcome is what it is, in a few words for people
    location: str = ""  # of a redirect: the absolute URL that it leads to
    memento: Memento | None = None  # what it is a copy of, if another web archive responded

    @property
    def explanation(self) -> str:
        """Return why the outcome is what it is, in a few words for people."""
        return f"to {self.location}" if self.location else self.note

    @property
    def seen(self) -> datetime:
        """Return when the publisher served this: as another archive states, or by our clock."""
        return self.memento.archived if self.memento else self.captured


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """The validators of an earlier capture, for a conditional request (RFC 9110, 13.1).

    The record of a 304 refers to that capture (WARC 1.1, revisit). "" and None where unknown.
    """

    etag: str = ""
    last_modified: str = ""
    capture: str = ""  # its id
    url: str = ""
    captured: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """The date on which a statement says it was issued, never more precise than printed.

    It is the publisher's civil date: a time is local, with the offset that the page or the source
    gives. Catalogues made before November 2026 have it in UTC until they are rebuilt.
    """

    value: str  # ISO 8601 of its precision: 2017, 2017-04, 2017-04-13, 2017-04-13T10:02+02:00
    printed: str  # as on the page
    read_from: str  # feed, json-ld, meta, time, selector, url, text, guessed by …

    @property
    def precision(self) -> str:
        """Return "year", "month", "day" or "minute"."""
        return date_precision(self.value)

    @property
    def instant(self) -> str:
        """Return the instant in UTC (2017-04-13T08:02Z); "" where no time is known."""
        if self.precision != "minute":
            return ""
        local = datetime.fromisoformat(self.value)
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")

    @property
    def is_guess(self) -> bool:
        """Return whether the page prints no such date: it was inferred or guessed."""
        return is_guess(self.read_from)


def is_guess(read_from: str) -> bool:
    """Return whether a date "read from" there is inferred: from the address, or by a guesser."""
    return read_from == "url" or read_from.startswith("guessed")


def date_precision(value: str) -> str:
    """Return the precision of an ISO 8601 date: "year", "month", "day" or "minute"."""
    return {4: "year", 7: "month", 10: "day"}.get(len(value), "minute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader extracts of one statement from one capture."""

    identifier: str  # the publisher's own: document symbol, guid, canonical URL
    url: str  # live URL, for people
    title: str
    text: str  # paragraphs joined by one newline each
    issuer: str  # who speaks
    publisher: str  # whose site
    lang: str  # BCP 47; "und" where unknown
    kind: str  # press-release, statement, speech, transcript, …; as the source maps it
    reader: str  # name and version of the reader that made this: un_press/1
    issued: Issued | None = None
    modified: str = ""  # as claimed by the publisher, ISO 8601
    speakers: tuple[str, ...] = ()
    signatories: tuple[str, ...] = ()
    venue: str = ""
    translations: tuple[tuple[str, str], ...] = ()  # (BCP 47, URL) of each
    notices: tuple[str, ...] = ()  # the publisher's, beside the words: withdrawn, corrected

    @property
    def text_sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One distinct reading of a statement, and when it was seen (PREMIS: representation)."""

    id: str  # statement id @ first 12 hex of the reading's fingerprint
    statement: str
    source: str
    reading: Reading
    capture: str  # id of the earliest capture it was read from
    first_seen: datetime
    last_seen: datetime
    layer_sha256: str = ""  # of the page's visible text, stored beside it; "" for none
    transcript: bool = False  # read from a text collection, not from a capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a publisher notes beside a version's words: that it was withdrawn or corrected."""

    text: str
    capture: str  # id of the earliest capture that shows it
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Characters `start`–`end` of a version's text (W3C Text Position and Quote Selectors)."""

    version: str
    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""


class ProblemKind(StrEnum):
    """What became of the page or field that a problem is about."""

    UNREAD = "unread"  # nothing was read
    DOUBT = "doubt"  # it was read as printed, and what is printed cannot be right
    UNDATED = "undated"  # it was read, but its date is unclear and was left out
    BROKEN = "broken"  # it was read although it is broken; what was lost is a problem of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A deviation from what the source describes. Recorded; it never stops a run."""

    url: str
    field: str  # what was looked for: a field of the layout, "layout", "limits", "feed", …
    expected: str
    found: str
    kind: ProblemKind = ProblemKind.UNREAD

    def __str__(self) -> str:
        sentence = f"{self.url}: {self.field}: expected {self.expected}, found {self.found}"
        return sentence + _CONSEQUENCES.get(self.kind, "")


_CONSEQUENCES = {
    ProblemKind.DOUBT: "; kept as printed",
    ProblemKind.UNDATED: "; left undated",
    ProblemKind.BROKEN: "; read all the same",
}


_UNSAFE_IN_IDS = re.compile(r"[^A-Za-z0-9.-]+")


def statement_id(source: str, identifier: str) -> str:
    """Return the id of the statement that `source` calls `identifier`: shell-safe and stable.

    A digest is added wherever shortening the identifier could make two the same.

    >>> statement_id("un_press", "SG/SM/21952")
    'un_press:SG_SM_21952'
    >>> statement_id("state_gov", "https://www.state.gov/?page_id=343252")
    'state_gov:https_www.state.gov_page_id_343252'
    """
    slug = _UNSAFE_IN_IDS.sub("_", identifier).strip("_")
    if len(slug) > 80 or not identifier.isascii():
        slug = f"{slug[:60]}_{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"
    return f"{source}:{slug}"
