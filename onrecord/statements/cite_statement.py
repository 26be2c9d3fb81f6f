"""Find the passage to cite, and collect the data of its citation."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries, rereading_table, version_queries
from archive.catalogue.vouched.require_vouched import require_vouched
from archive.citation_data import CitationData, UrlStatus
from archive.errors import QuoteError
from archive.models import Capture, Outcome, Passage, Version
from archive.text.fingerprint import normalize_text
from archive.text.number_format import decimal_mark
from archive.text.passage import make_passage
from archive.urls.memento import memento_url
from archive.urls.text_fragment import text_fragment
from index.quotes.compare.sign_changes import find_printed


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A version, and the passage of it to cite, if any."""

    version: Version
    passage: Passage | None
    is_exact: bool = True  # the passage has the very characters of the quotation, typography aside


def find_passage(connection: Connection, name: str, quote: str) -> CitedPassage:
    """Return the version to cite: the one named, or the newest that has the words of `quote`.

    Words are normalised as for search, figures with their signs. A version that has the very
    characters of `quote` comes before one that prints the same words otherwise.

    Raises:
        QuoteError: no version has the words.

    """
    named = version_queries.version(connection, name)
    if not quote:
        return CitedPassage(named, None)
    candidates = [named]
    if name == named.statement:
        versions = version_queries.versions(connection, named.statement)
        candidates = sorted(versions, key=lambda version: version.last_seen, reverse=True)
    elif rereading := rereading_table.find_rereading(connection, name):
        candidates.append(version_queries.version(connection, rereading.version))
    passages = [
        (version, passage) for version in candidates if (passage := find_words(version, quote))
    ]
    for version, passage in passages:
        if normalize_text(passage.exact) == normalize_text(quote).strip(_OUTER_MARKS):
            return CitedPassage(version, passage)
    if passages:
        return CitedPassage(*passages[0], is_exact=False)
    raise QuoteError(quote, named.statement, len(candidates))


_OUTER_MARKS = "\"'.,;:!?()- "  # of a quotation: the passage begins and ends with a word


def find_words(version: Version, quote: str) -> Passage | None:
    """Return the first passage of a version with the words of `quote`, or None."""
    text = version.reading.text
    span = find_printed(text, quote, decimal_mark(version.reading.lang))
    return None if span is None else make_passage(version.id, text, *span)


def citation_data(connection: Connection, cited: CitedPassage, base: str) -> CitationData:
    """Return the citation data of a cited passage; `base` is the URL of the memento server."""
    version, reading = cited.version, cited.version.reading
    capture = capture_queries.capture(connection, version.capture)
    passage = cited.passage
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
        passage=passage,
        fragment=text_fragment(reading.text, passage.start, passage.end) if passage else "",
        transcript_of=capture.source if version.transcript else "",
        archived=capture.memento.archived if capture.memento else None,
        archived_by=capture.memento.archive if capture.memento else "",
        url_status=url_status(capture_queries.captures_at(connection, reading.url)),
    )


def require_cited(connection: Connection, home: ArchiveFolder, cited: CitedPassage) -> None:
    """Raise FixityError where the log does not vouch for what a citation of `cited` says."""
    captures = capture_queries.captures_at(connection, cited.version.reading.url)
    deciding = _deciding_capture(captures)
    names = [deciding.id] if deciding else []
    require_vouched(connection, home, cited.version.id, names)


def url_status(captures: Sequence[Capture]) -> UrlStatus:
    """Return whether a URL is live or dead, by its captures, oldest first."""
    capture = _deciding_capture(captures)
    if capture is None:
        return UrlStatus.UNKNOWN
    return UrlStatus.DEAD if capture.outcome is Outcome.GONE else UrlStatus.LIVE


def _deciding_capture(captures: Sequence[Capture]) -> Capture | None:
    """Return the last capture that shows whether a URL is live or dead; None for none."""
    outcomes = (Outcome.OK, Outcome.UNCHANGED, Outcome.GONE)
    return next((c for c in reversed(captures) if c.outcome in outcomes), None)
