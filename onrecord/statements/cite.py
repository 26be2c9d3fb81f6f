"""Find the words that are to be cited, and gather what a citation says of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.citation_data import CitationData, UrlStatus
from archive.errors import QuoteError
from archive.models import Capture, Outcome, Passage, Version
from archive.text.passage import make_passage
from archive.urls.memento import memento_url
from archive.urls.text_fragment import text_fragment
from index.normalise import normalise


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A version, and the words in it that are to be cited, if any are."""

    version: Version
    passage: Passage | None


def find_passage(connection: Connection, name: str, quote: str) -> CitedPassage:
    """Return the version to cite: the one named, or the newest that has the words.

    Words are compared as search compares them; QuoteError where no version has them.
    """
    chosen = version_queries.version(connection, name)
    if not quote:
        return CitedPassage(chosen, None)
    every = [chosen]
    if name == chosen.statement:
        held = version_queries.versions(connection, chosen.statement)
        every = sorted(held, key=lambda version: version.last_seen, reverse=True)
    for version in every:
        if found := find(version, quote):
            return CitedPassage(version, found)
    raise QuoteError(quote, chosen.statement, len(every))


def find(version: Version, quote: str) -> Passage | None:
    """Return where `quote` first stands in a version, word for word; None where it does not."""
    asked, text = normalise(quote).words, normalise(version.reading.text)
    count = len(asked)
    if not count:
        return None
    for first in range(len(text) - count + 1):
        if text.words[first] == asked[0] and text.words[first : first + count] == asked:
            start, end = text.span(first, first + count)
            return make_passage(version.id, version.reading.text, start, end)
    return None


def citation_data(connection: Connection, chosen: CitedPassage, base: str) -> CitationData:
    """Return what a citation of `chosen` says."""
    version, reading = chosen.version, chosen.version.reading
    capture = capture_queries.capture(connection, version.capture)
    said = chosen.passage
    return CitationData(
        statement=version.statement,
        issuer=reading.issuer,
        title=reading.title,
        publisher=reading.publisher,
        kind=reading.kind,
        identifier="" if reading.identifier.startswith(("http:", "https:")) else reading.identifier,
        issued=reading.issued,
        lang=reading.lang,
        url=reading.url,
        memento=memento_url(base, capture),
        captured=capture.captured,
        sha256=reading.text_sha256 if version.transcript else capture.payload_sha256,
        passage=said,
        fragment=text_fragment(reading.text, said.start, said.end) if said else "",
        transcript_of=capture.source if version.transcript else "",
        archived=capture.memento.archived if capture.memento else None,
        archived_by=capture.memento.archive if capture.memento else "",
        url_status=url_status(capture_queries.captures_of(connection, reading.url)),
    )


def url_status(captures: Sequence[Capture]) -> UrlStatus:
    """Return what became of an address, by its captures, oldest first."""
    for capture in reversed(captures):
        if capture.outcome in (Outcome.OK, Outcome.UNCHANGED):
            return UrlStatus.LIVE
        if capture.outcome is Outcome.GONE:
            return UrlStatus.DEAD
    return UrlStatus.UNKNOWN
