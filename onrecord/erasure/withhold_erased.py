"""Withhold from the archive what was erased from it: judge a response before it is stored."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from archive.errors import SandboxError
from archive.integrity.erased_list import ErasedList
from archive.integrity.erasure_journal import withheld_digests, withhold
from archive.log.signed_log import Log
from archive.models import Outcome, Reading, Role, statement_id
from archive.sandbox.pool import shared_sandbox
from onrecord.command_context import Context
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.fetch.withheld import Intake, Withheld
from scrapers.read.page_content import PageContent, extract_in_sandbox
from scrapers.read.whole_text import whole_text
from scrapers.read.withheld_content import encode_content
from scrapers.result_types import DiscoveryResult, ReadResult
from scrapers.source_format.source import Source
from scrapers.webarchives.replayed_copy import original_address

logger = logging.getLogger(__name__)

_NO_SOURCE = "web"
_SITEMAPS = (b"<urlset", b"<sitemapindex")
_START_BYTES = 1024
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")


def open_intake(context: Context, erased: ErasedList, log: Log) -> Intake | None:
    """Return what judges responses by the list of what was erased; None where it is empty."""
    return ErasedIntake(erased, context.sources, log) if erased else None


class ErasedIntake:
    """Judges responses by the list of what was erased."""

    def __init__(self, erased: ErasedList, sources: Mapping[str, Source], log: Log) -> None:
        self._erased, self._sources, self._log = erased, sources, log
        self._recorded = withheld_digests(log)
        self._lock = Lock()

    def erasure_at(self, url: str, capture: str = "") -> int | None:
        """Return the erasure of the page at `url`, a copy of it too, or of the record `capture`."""
        for address in dict.fromkeys((url, original_address(url))):
            if (entry := self._erased.find_address(address)) is not None:
                return entry
        return self._erased.find_id(capture) if capture else None

    def judge(self, response: FetchedResponse) -> Withheld | None:
        """Return why a response is withheld: by its bytes, or by an item that is read in it."""
        capture = response.capture
        entry = self._erased.find_payload(capture.payload_sha256)
        if entry is None and capture.outcome is not Outcome.OK and response.body:
            entry = self._entry_of_part(response)
        if capture.outcome is not Outcome.OK:
            return None if entry is None else Withheld(entry, "")
        if capture.role is Role.REQUISITE:
            return self._judge_requisite(response, entry)
        content = extract_in_sandbox(shared_sandbox(), response, self._sources.get(capture.source))
        erased = dict(self._erased_readings(content, capture.source))
        entries = [entry, *erased.values(), self._entry_of_listing(response, content)]
        entry = next((number for number in entries if number is not None), None)
        if entry is None:
            return None
        rest = self._without(content, set(erased))
        return Withheld(entry, encode_content(rest) if rest else "")

    def _judge_requisite(self, response: FetchedResponse, entry: int | None) -> Withheld | None:
        """Judge what is stored and not read: a page among it may be read later."""
        capture = response.capture
        if entry is None and capture.media_type in _PAGE_TYPES:
            as_page = replace(response, capture=replace(capture, role=Role.PAGE))
            content = extract_in_sandbox(
                shared_sandbox(), as_page, self._sources.get(capture.source)
            )
            entry = next((n for _, n in self._erased_readings(content, capture.source)), None)
        return None if entry is None else Withheld(entry, "")

    def record(self, entry: int, sha256: str, url: str = "") -> None:
        """Log, once for each digest, that bytes were withheld."""
        with self._lock:
            if sha256 in self._recorded:
                return
            self._recorded.add(sha256)
            address = ""
            if url and self._erased.salt and self._erased.find_address(url) is None:
                (address,) = self._erased.salt.hashes(addresses=[original_address(url)]).addresses
            withhold(self._log, entry, sha256, datetime.now(UTC), address)
        logger.info("withheld what erasure %d erased", entry)

    def _erased_readings(self, content: PageContent, source: str) -> Iterator[tuple[Reading, int]]:
        for reading in _readings(content):
            names = [statement_id(source or _NO_SOURCE, reading.identifier)]
            entry = self._erased.find_item(names, reading.url, reading.text)
            if entry is not None:
                yield reading, entry

    def _entry_of_listing(self, response: FetchedResponse, content: PageContent) -> int | None:
        """Return the erasure of an item of which a listing has words, though none were read.

        A feed has words of each item beside its link; a page of links, or a sitemap, need not.
        """
        if content.listing is None:
            return None
        start = response.body[:_START_BYTES].lower()
        is_feed = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") or (
            b"<html" not in start
            and not any(mark in start for mark in _SITEMAPS)
            and any(mark in start for mark in (b"<rss", b"<feed", b"<rdf", b"<?xml"))
        )
        for address in content.listing.addresses if is_feed else ():
            if (entry := self._erased.find_address(address.url)) is not None:
                return entry
        return self._entry_of_part(response)

    def _entry_of_part(self, response: FetchedResponse) -> int | None:
        """Return the erasure of an item of which a response has a longer run of words."""
        try:
            text = shared_sandbox().call(whole_text, response)
        except SandboxError:
            return None
        return self._erased.find_part(text)

    def _without(self, content: PageContent, erased: set[Reading]) -> PageContent | None:
        """Return what is in `content` besides what was erased; None for nothing."""
        if content.listing is not None:
            listing = replace(
                content.listing,
                addresses=tuple(
                    address
                    for address in content.listing.addresses
                    if self._erased.find_address(address.url) is None
                ),
                readings=tuple(r for r in content.listing.readings if r not in erased),
                problems=(),
            )
            return PageContent(listing=listing) if listing != DiscoveryResult() else None
        readings = tuple(reading for reading in content.page.readings if reading not in erased)
        return PageContent(page=ReadResult(readings=readings)) if readings else None


def _readings(content: PageContent) -> tuple[Reading, ...]:
    return content.listing.readings if content.listing is not None else content.page.readings
