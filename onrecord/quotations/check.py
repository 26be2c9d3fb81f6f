"""Check quotations against the archive: what was found, what is known of it, what was searched."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.catalogue.coverage import by_source
from archive.catalogue.coverage.by_source import SourceCoverage
from archive.catalogue.coverage.gaps import Gap, gaps
from archive.models import Outcome, Version
from index.quotes.article.find_quotations import Quotation, pieces_of
from index.quotes.article.organisations import credited_elsewhere
from index.quotes.compare.verdicts import CLEAN, Verdict
from index.quotes.flags import Flag, flags
from index.quotes.resolve import Resolution, Resolver, SourceMatch


@dataclass(frozen=True, slots=True)
class SearchScope:
    """All that was searched: what a quotation that was not found was not found in."""

    documents: int  # texts of versions, both layers
    sources: tuple[SourceCoverage, ...]
    gaps: dict[str, list[Gap]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedQuotation:
    """One quotation with all that can be said of it."""

    answer: Resolution
    quotation: Quotation | None  # None: given by itself, not found in an article
    version: Version | None
    flags: tuple[Flag, ...]

    @property
    def clean(self) -> bool:
        return self.answer.verdict in CLEAN


def search_scope(connection: Connection, documents: int) -> SearchScope:
    return SearchScope(documents, tuple(by_source.coverage(connection)), gaps(connection))


def check_article(
    connection: Connection,
    resolver: Resolver,
    found: Iterable[Quotation],
    without: Collection[str] = (),
) -> Iterator[CheckedQuotation]:
    """Yield what is found of each quotation of an article; names and titles are passed over."""
    for quotation in found:
        if quotation.way == "name":
            continue
        for one, answer in _pieces(resolver, quotation, without):
            yield annotate(connection, answer, one)


def _pieces(
    resolver: Resolver, quotation: Quotation, without: Collection[str]
) -> Iterator[tuple[Quotation, Resolution]]:
    """Yield a quotation as one; or its pieces each by itself, if only that makes them clean."""
    answer = resolver.resolve(quotation.text, without=without, offer=True)
    if answer.verdict in CLEAN or len(quotation.pieces) < 2:
        yield quotation, answer
        return
    apart = [(one, resolver.resolve(one.text, without=without)) for one in pieces_of(quotation)]
    if any(each.verdict is not Verdict.NOT_FOUND for _, each in apart) and (
        answer.verdict is Verdict.NOT_FOUND or all(each.verdict in CLEAN for _, each in apart)
    ):
        yield from apart
    else:
        yield quotation, answer


def annotate(
    connection: Connection, answer: Resolution, quotation: Quotation | None = None
) -> CheckedQuotation:
    """Return an answer with its version, and remarks that only the catalogue can make."""
    more = flags(answer)
    version: Version | None = None
    if answer.match is not None:
        held = version_queries.versions_by_id(connection, [answer.match.document.version])
        version = held.get(answer.match.document.version)
    if version is not None and answer.match is not None:
        more += _history(connection, version, answer.match)
        if quotation is not None and _elsewhere(quotation.credited, version):
            more.append(
                Flag(
                    "credited-elsewhere",
                    f"credited to {quotation.credited}; issued by {version.reading.issuer}",
                )
            )
    if quotation is not None and quotation.unclosed:
        more.append(Flag("unclosed", "its closing mark is missing"))
    return CheckedQuotation(answer=answer, quotation=quotation, version=version, flags=tuple(more))


def _elsewhere(credited: str, version: Version) -> bool:
    reading = version.reading
    own = (reading.issuer, *reading.speakers, *reading.signatories)
    around = "\n".join((reading.title, reading.publisher, reading.venue, reading.text))
    return credited_elsewhere(credited, own, around)


def _history(connection: Connection, version: Version, match: SourceMatch) -> Iterator[Flag]:
    if version.transcript:
        yield Flag("transcript", "from a text collection, not from a capture")
    if not match.document.current:
        newest = version_queries.version(connection, version.statement)
        yield Flag(
            "edited-later",
            f"the page was edited: these words were last seen {_day(version.last_seen)}, "
            f"and are not in the version first seen {_day(newest.first_seen)}",
        )
    captures = capture_queries.captures_at(connection, version.reading.url)
    if captures and captures[-1].outcome is Outcome.GONE:
        yield Flag("gone", f"the page was gone when asked for on {_day(captures[-1].captured)}")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
