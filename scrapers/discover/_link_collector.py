"""Collect the links of a listing: absolute, each once, and only the source's own."""

from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from archive.errors import FormatError
from archive.models import Issued, Problem
from archive.urls.web_address import resolve, same_page_key
from scrapers.extract.apply_rule import NoMatchError, apply_rule
from scrapers.extract.fields import Document, interpret_source_date
from scrapers.result_types import DiscoveryResult, ListedPage
from scrapers.source_format.extraction_rule import DateRule
from scrapers.source_format.listing_settings import Listing
from scrapers.source_format.source import Source

MAX_ADDRESSES = 50_000
MAX_PROBLEMS = 100


class LinkCollector:
    """Collects the links of one capture of a listing."""

    def __init__(self, url: str, source: Source, listing: Listing) -> None:
        self.url, self._source, self._listing = url, source, listing
        self._addresses: dict[str, ListedPage] = {}
        self.problems: list[Problem] = []
        self.item_count = 0
        self._has_more, self._unreported_problems = False, 0

    def add(self, link: str, *, title: str = "", issued: Issued | None = None) -> None:
        """Add a link, unless it is not the source's, or was added before."""
        self.item_count += 1
        rule = self._listing.address
        try:
            if not link.strip():
                raise FormatError("expected a link, found none")
            url = resolve(self.url, link)
            if rule is not None:
                with suppress(NoMatchError):  # a link of another kind; `is_statement_url` decides
                    url = resolve(self.url, apply_rule(rule, url))
        except FormatError:
            self._reject(f"item {self.item_count}", "the address of a page", repr(link[:80]))
            return
        if url in self._addresses or not (
            self._listing.others or self._source.is_statement_url(url)
        ):
            return
        if len(self._addresses) == MAX_ADDRESSES:
            self._has_more = True
            return
        self._addresses[url] = ListedPage(url, title, issued)

    def result(self, next_page: str | None, problems: Sequence[Problem] = ()) -> DiscoveryResult:
        """Return the collected links; a `next_page` that is the listing itself is dropped."""
        following = self._next_page(next_page) if next_page else None
        left_out = [
            Problem(
                url=self.url, field="listing", expected=f"at most {maximum} {noun}", found=found
            )
            for maximum, noun, found in (
                (MAX_ADDRESSES, "addresses", "more; left out" if self._has_more else ""),
                (
                    MAX_PROBLEMS,
                    "items without one",
                    f"{self._unreported_problems} more" * bool(self._unreported_problems),
                ),
            )
            if found
        ]
        return DiscoveryResult(
            addresses=tuple(self._addresses.values()),
            next_page=following,
            problems=(*problems, *self.problems, *left_out),
        )

    def resolve(self, link: str, what: str = "listing") -> str:
        """Return the address of a further listing; "" and a problem where `link` names none."""
        try:
            return resolve(self.url, link)
        except FormatError:
            self._reject(what, "the address of a listing", repr(link[:80]))
            return ""

    def _next_page(self, link: str) -> str | None:
        url = self.resolve(link, "next page")
        return url if url and same_page_key(url) != same_page_key(self.url) else None

    def _reject(self, field: str, expected: str, found: str) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            self._unreported_problems += 1
            return
        self.problems.append(Problem(url=self.url, field=field, expected=expected, found=found))


def listed_date(
    item: Document, rules: Sequence[DateRule], read_from: str, source: Source
) -> Issued | None:
    """Return the date that a listing gives for an item; None where it gives none."""
    for rule in rules:
        for printed in item.values(rule.select)[:1]:
            if value := interpret_source_date(printed, rule, source, item.lang).value:
                return Issued(value, printed, read_from)
    return None


def increment_parameter(url: str, parameter: str, step: int) -> str:
    """Return `url` with `parameter` of its query increased by `step`; a missing one counts as 0."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    value = query.get(parameter, "0")
    query[parameter] = str((int(value) if value.isdecimal() else 0) + step)
    return urlunsplit(parts._replace(query=urlencode(query)))
