"""What a source is: who publishes, how it is listed, how its pages read. Loaded from TOML.

The format is described in docs/sources.md. A file's name is the source's name. Nothing in a source
runs: it holds addresses, selectors and regular expressions, so documentation staff can write one
and nobody can hide code in one.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from archive.errors import SourceError

BUILT_IN = Path(__file__).parent / "sources"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SETTING = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"a regular expression ({error})") from error
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an http or https address")
    return value


def _rules(value: object) -> object:
    """Let one rule stand for a list of one, and a bare selector for a rule."""
    several = value if isinstance(value, list) else [value]
    return [{"select": rule} if isinstance(rule, str) else rule for rule in several]


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Regex = Annotated[str, AfterValidator(_regex)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Several = Annotated[tuple[str, ...], BeforeValidator(_several)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Rule(_Strict):
    """How one field is found: a selector, how often it must match, and what to make of it."""

    select: str = ""  # CSS, CSS @attribute, JMESPath or a feed element, as the layout reads
    match: Literal["one", "optional", "some", "any", "first"] = "one"  # first: of any number
    pattern: Regex = ""  # searched in what is found; its first group is kept
    form: str = ""  # "{}" stands for what is found ("https://www.gov.uk{}"), {1} for a group
    case: Literal["", "upper", "lower"] = ""  # of what is put in the form
    values: dict[str, str] = {}  # what is found → what we say; "*" for anything else
    split: Regex = ""  # where several values stand in one: "; "
    value: str | None = None  # says this, without looking

    @model_validator(mode="after")
    def _looks_or_says(self) -> Self:
        if bool(self.select) == (self.value is not None):
            raise ValueError("either select or value")
        return self


class DateRule(Rule):
    """How a date is found, and how it is to be understood."""

    precision: Literal["", "year", "month", "day"] = ""  # never more than this, whatever is said
    order: Literal["", "dmy", "mdy"] = ""  # of 04/05/2017; without it such a date is not read
    zone: str = ""  # IANA name, of times that say none; without it they are read as days


class Translations(_Strict):
    """Where a page names itself in other languages."""

    select: str
    lang: str  # @attribute (HTML) or JMESPath (JSON)
    url: str


class Siblings(_Strict):
    """How what a statement is called in one language becomes what it is called in another."""

    of: Literal["url", "identity"] = "url"
    pattern: Regex
    forms: dict[str, str]  # by language: the match there; {1}, {2} for the groups of the pattern


Rules = Annotated[tuple[Rule, ...], BeforeValidator(_rules)]
DateRules = Annotated[tuple[DateRule, ...], BeforeValidator(_rules)]


class Layout(_Strict):
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
    text: Several  # everything these match, in the order of the page, is the text
    drop: Several = ()  # what these match inside the text is not
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


class _Listing(_Strict):
    urls: Annotated[tuple[WebAddress, ...], Field(min_length=1)]
    address: Rule | None = None  # makes the page's address out of what is linked
    others: bool = False  # take addresses that no pattern in `pages` claims


class FeedListing(_Listing):
    """RSS 0.9–2.0, RDF or Atom."""

    way: Literal["feed"]
    follow_next: bool = False  # go on to the feed's rel=next (RFC 5005)


class SitemapListing(_Listing):
    """A sitemap or an index of sitemaps (sitemaps.org), gzipped or not."""

    way: Literal["sitemap"]
    within: Regex = ""  # of an index, only sitemaps whose address has this


class PageListing(_Listing):
    """A page of links."""

    way: Literal["listing"]
    items: str  # CSS: one statement each
    link: str = "a @href"
    title: str = ""
    issued: DateRules = ()
    next: str = ""  # CSS @attribute: the next page
    count_by: str = ""  # or: the query parameter that counts …
    step: int = Field(default=1, ge=1)  # … by this, until a page has no items
    inside: str = ""  # JMESPath: the page is a string in a JSON answer


class ApiListing(_Listing):
    """A JSON answer."""

    way: Literal["json_api"]
    items: str  # JMESPath: a list
    link: str  # JMESPath within an item
    title: str = ""
    issued: DateRules = ()
    next: str = ""  # JMESPath: address of the next page
    count_by: str = ""  # or: the query parameter that counts …
    step: int = Field(default=1, ge=1)  # … by this, until a page has no items


Listing = Annotated[
    FeedListing | SitemapListing | PageListing | ApiListing, Field(discriminator="way")
]


class Source(_Strict):
    """A publisher's list of statements and how to read them."""

    name: str
    title: str
    publisher: str  # whose site
    issuer: str  # who speaks, where the page does not say
    homepage: WebAddress
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    licence: str
    kind: str = "statement"
    rhythm_hours: float = Field(default=24, gt=0)
    delay_seconds: float = Field(default=5, ge=0)
    expected_minimum: int = Field(default=1, ge=0)  # addresses or items in a whole listing
    untested: str = ""  # why no real page of it has been read
    note: str = ""  # what a user should know: a trimmed fixture, robots rules, …
    pages: Annotated[tuple[Regex, ...], BeforeValidator(_several)] = ()
    siblings: Siblings | None = None
    past: Several = ()  # of which other web archives are asked; "*" at an end: all that begin so
    listings: tuple[Listing, ...] = ()
    layouts: tuple[Layout, ...] = Field(min_length=1)
    _claims: tuple[re.Pattern[str], ...] = PrivateAttr()
    _fingerprint: str = PrivateAttr()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a file name of a–z, 0–9 and _")
        versions = [layout.version for layout in self.layouts]
        if len(set(versions)) != len(versions):
            raise ValueError("layouts: each with a version of its own")
        if not self.listings and not self.pages:
            raise ValueError("listings or pages: how else is anything found")
        return self

    @property
    def fingerprint(self) -> str:
        """Return a digest of all that the source says; two sources of a name may differ."""
        return self._fingerprint

    def model_post_init(self, _context: object, /) -> None:
        """Compile what `claims` asks for every address of a replayed archive."""
        self._claims = tuple(re.compile(pattern) for pattern in self.pages)
        self._fingerprint = sha256(self.model_dump_json().encode()).hexdigest()

    def listing_urls(self, settings: Mapping[str, str] | None = None) -> list[str]:
        """List where to look for what is published, with `{name}` taken from `settings`.

        SourceError where an address needs a setting that is not given.
        """
        given = settings or {}
        found = []
        for url in (url for listing in self.listings for url in listing.urls):
            for name in _SETTING.findall(url):
                if name not in given:
                    raise SourceError(f"{self.name}: expected the setting {name!r}, found none")
                url = url.replace(f"{{{name}}}", given[name])
            found.append(url)
        return found

    def claims(self, url: str) -> bool:
        """Say whether `url` is an address of one of this source's statements."""
        return any(pattern.fullmatch(url) for pattern in self._claims)

    def listing_for(self, url: str) -> Listing | None:
        """Return the listing that `url` belongs to: one named, a later page, or a part of one.

        Of several, the one whose address `url` goes on from the furthest.
        """
        asked = urlsplit(url)
        best: tuple[int, Listing | None] = (
            0,
            self.listings[0] if len(self.listings) == 1 else None,
        )
        for listing in self.listings:
            for named in map(urlsplit, listing.urls):
                if named.netloc == asked.netloc:
                    best = max(best, (_shared(listing, named, asked), listing), key=_first)
        return best[1]


def _first(ranked: tuple[int, object]) -> int:
    return ranked[0]


def _shared(listing: Listing, named: SplitResult, asked: SplitResult) -> int:
    """Say how far `asked` is on the way of `named`; a sitemap's parts lie anywhere on its host."""
    if asked.path.startswith(named.path.rstrip("/")):
        return 2 + len(named.path) + (asked.query == named.query)
    is_part = listing.way == "sitemap" and ".xml" in asked.path
    return 1 if is_part else 0


def load_source(path: Path) -> Source:
    """Read one source; SourceError naming the file, the key and what was expected."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SourceError(f"{path}: expected TOML in UTF-8, found: {error}") from error
    try:
        return Source.model_validate({**told, "name": path.stem})
    except ValidationError as error:
        raise SourceError(f"{path}: {_one_line(error)}") from error


def _one_line(error: ValidationError) -> str:
    """Say of each wrong key what was expected; pydantic takes four lines and a web address."""
    told = []
    wrong = error.errors(include_url=False)
    for each in wrong:
        inner = [o["loc"][: len(each["loc"])] for o in wrong if len(o["loc"]) > len(each["loc"])]
        if each["loc"] and each["loc"] in inner:
            continue  # "at least one layout", because the one there is has a wrong key
        key = ".".join(str(part) for part in each["loc"]) or "file"
        found = "" if isinstance(each["input"], dict) else f", found {each['input']!r:.60}"
        told.append(f"{key}: expected {_expected(each['type'], each['msg'])}{found}")
    return "; ".join(told)


def _expected(kind: str, message: str) -> str:
    if kind == "missing":
        return "a value, found none"
    if kind == "extra_forbidden":
        return "no such key"
    for opening in ("Value error, ", "Input should be "):
        message = message.removeprefix(opening)
    return message[:1].lower() + message[1:]


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Source]:
    return {path.stem: load_source(path) for path in sorted(BUILT_IN.glob("*.toml"))}


def load_sources(extra: Path | None = None) -> dict[str, Source]:
    """Return the sources that we bring and those in the folder `extra`, by name.

    A user's own file takes the place of a built-in one of the same name. SourceError where one is
    wrong: a source that is silently left out would be a publisher that silently goes quiet.
    """
    own = sorted(extra.glob("*.toml")) if extra is not None and extra.is_dir() else []
    return {**_built_in(), **{path.stem: load_source(path) for path in own}}
