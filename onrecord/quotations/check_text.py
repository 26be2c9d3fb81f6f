"""Check quotations against the archive: resolutions with versions, flags and search scope."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.catalogue.coverage import counts_by_source
from archive.catalogue.coverage.counts_by_source import SourceCoverage
from archive.catalogue.coverage.publishing_gaps import Gap, gaps
from archive.models import Outcome, Version
from index.engine_interface import Document
from index.quotes.article.find_quotations import Quotation, split_pieces
from index.quotes.article.organisations import is_attributed_elsewhere
from index.quotes.compare.decide_verdict import FAITHFUL, SHORT_QUOTE_WORDS, Verdict
from index.quotes.resolve_quotation import Resolution, Resolver, SourceMatch
from index.quotes.verdict_flags import Flag, derive_flags

SHOWN_MATCHES = 20  # other statements that have a quotation
_SHOWN_GAPS = 3
_ENDS_OF_SENTENCES = tuple(".,!?…;:。，！？।؟،")


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Everything that was searched, reported with each quotation that was not found."""

    documents: int  # texts of versions, both layers
    sources: tuple[SourceCoverage, ...]
    gaps: dict[str, list[Gap]]

    def first_gaps(self, source: SourceCoverage) -> list[Gap]:
        """Return the gaps of a source that a report shows."""
        return self.gaps.get(source.source, [])[:_SHOWN_GAPS]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedQuotation:
    """One quotation with its resolution, matched version and flags."""

    resolution: Resolution
    quotation: Quotation | None  # None: not from an article
    version: Version | None
    flags: tuple[Flag, ...]
    guessed: frozenset[str] = frozenset()  # ids of versions in it whose date is a guess

    def is_guess(self, document: Document) -> bool:
        """Return whether the date of a document in the resolution is a guess."""
        return document.version in self.guessed

    def shown_date(self, document: Document) -> str:
        """Return when a document was issued, a guess with a question mark."""
        return f"{document.issued}{'?' * self.is_guess(document)}" if document.issued else "no date"

    @property
    def is_faithful(self) -> bool:
        return self.resolution.verdict in FAITHFUL

    @property
    def may_be_title(self) -> bool:
        """Return whether marks may enclose a title, or a word used with reserve.

        “fit”, «Новое время»: a few words that the article credits to nobody, nor a statement has.
        """
        return (
            self.quotation is not None
            and not self.quotation.attributed_to
            and self.resolution.verdict is Verdict.NOT_FOUND
            and self.resolution.word_count < SHORT_QUOTE_WORDS
            and self.resolution.quote[-1:] not in _ENDS_OF_SENTENCES
        )


def guessed_dates(connection: Connection, versions: Collection[str]) -> frozenset[str]:
    """Return those of the versions, by id, whose date of issue is inferred or guessed."""
    origins = version_queries.origins_by_id(connection, [*versions])
    return frozenset(
        name for name, origin in origins.items() if origin.issued and origin.issued.is_guess
    )


def issue_dates(source: SourceCoverage) -> str:
    """Return the first and last date of issue of a source's statements, as reports print them."""
    return f"{source.first_issued or '?'} – {source.last_issued or '?'}"


def search_scope(connection: Connection, documents: int) -> SearchScope:
    return SearchScope(documents, tuple(counts_by_source.coverage(connection)), gaps(connection))


def check_article(
    connection: Connection,
    resolver: Resolver,
    quotations: Iterable[Quotation],
    excluded: Collection[str] = (),
) -> Iterator[CheckedQuotation]:
    """Yield each quotation of an article, checked; names and titles are skipped."""
    for quotation in quotations:
        if quotation.found_by == "name":
            continue
        for part, resolution in _resolve_quotation(resolver, quotation, excluded):
            yield annotate(connection, resolution, part)


def _resolve_quotation(
    resolver: Resolver, quotation: Quotation, excluded: Collection[str]
) -> Iterator[tuple[Quotation, Resolution]]:
    """Yield a quotation as one, or each piece by itself where that gives better verdicts."""
    resolution = resolver.resolve(quotation.text, excluded=excluded, with_nearest=True)
    if resolution.verdict in FAITHFUL or len(quotation.pieces) < 2:
        yield quotation, resolution
        return
    parts = [
        (part, resolver.resolve(part.text, excluded=excluded)) for part in split_pieces(quotation)
    ]
    if any(part_resolution.verdict is not Verdict.NOT_FOUND for _, part_resolution in parts) and (
        resolution.verdict is Verdict.NOT_FOUND
        or all(part_resolution.verdict in FAITHFUL for _, part_resolution in parts)
    ):
        yield from parts
    else:
        yield quotation, resolution


def annotate(
    connection: Connection, resolution: Resolution, quotation: Quotation | None = None
) -> CheckedQuotation:
    """Return a resolution with its version, and the flags that need the catalogue."""
    flags = derive_flags(resolution)
    version: Version | None = None
    if resolution.match is not None:
        versions = version_queries.versions_by_id(connection, [resolution.match.document.version])
        version = versions.get(resolution.match.document.version)
    if version is not None and resolution.match is not None:
        flags += _history_flags(connection, version, resolution.match)
        if quotation is not None and _is_attributed_elsewhere(quotation.attributed_to, version):
            flags.append(
                Flag(
                    "credited-elsewhere",
                    f"credited to {quotation.attributed_to}; issued by {version.reading.issuer}",
                )
            )
    if quotation is not None and quotation.unclosed:
        flags.append(Flag("unclosed", "its closing mark is missing"))
    return CheckedQuotation(
        resolution=resolution,
        quotation=quotation,
        version=version,
        flags=tuple(flags),
        guessed=guessed_dates(connection, _shown_versions(resolution)),
    )


def _shown_versions(resolution: Resolution) -> set[str]:
    """Return the versions that reports show of a resolution, by id."""
    matches = [resolution.match, resolution.nearest, *resolution.other_matches[:SHOWN_MATCHES]]
    return {match.document.version for match in matches if match is not None}


def _is_attributed_elsewhere(attributed_to: str, version: Version) -> bool:
    reading = version.reading
    own_names = (reading.issuer, *reading.speakers, *reading.signatories)
    statement_text = "\n".join((reading.title, reading.publisher, reading.venue, reading.text))
    return is_attributed_elsewhere(attributed_to, own_names, statement_text)


def _history_flags(connection: Connection, version: Version, match: SourceMatch) -> Iterator[Flag]:
    if version.transcript:
        yield Flag("transcript", "from a text collection, not from a capture")
    if not match.document.current:
        newest = version_queries.version(connection, version.statement)
        yield Flag(
            "edited-later",
            f"the page was edited: these words were last seen {_format_day(version.last_seen)}, "
            f"and are not in the version first seen {_format_day(newest.first_seen)}",
        )
    captures = capture_queries.captures_at(connection, version.reading.url)
    if captures and captures[-1].outcome is Outcome.GONE:
        yield Flag(
            "gone", f"the page was gone when asked for on {_format_day(captures[-1].captured)}"
        )


def _format_day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
