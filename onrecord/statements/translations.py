"""Find a statement's translations, and the archives that attest when a version was seen."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.models import Version, statement_id
from scrapers.extract.language_variants import identifiers_by_language, urls_by_language
from scrapers.source_format.source import Source


@dataclass(frozen=True, slots=True)
class Attestation:
    """Who attests the dates a version was seen: an archive's host, "" for our own capture."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A statement in another language, as its page names it."""

    lang: str
    url: str
    statement: str  # its id if this archive has it, else ""


def find_attestation(connection: Connection, version: str) -> Attestation:
    """Return which archives attest that a version was first and last seen."""
    sightings = capture_queries.sightings(connection, version)
    capture_ids = [sightings[0][0], sightings[-1][0]] if sightings else []
    captures = capture_queries.captures_by_id(connection, capture_ids)
    mementos = [captures[capture_id].memento for capture_id in capture_ids]
    archives = [memento.archive if memento else "" for memento in mementos]
    return Attestation(archives[0], archives[1]) if archives else Attestation("", "")


def find_translations(
    connection: Connection, version: Version, source: Source | None
) -> list[Translation]:
    """Return the statement's translations, those that its page names first.

    Further translations follow from the URLs and identities that `source` derives for each
    language; of those, only statements in this archive are returned.
    """
    reading = version.reading
    named_urls = reading.translations
    statements = version_queries.statements_at(connection, [url for _, url in named_urls])
    translations = [Translation(lang, url, statements.get(url, "")) for lang, url in named_urls]
    if source is not None:
        translations += _translations_by_address(connection, urls_by_language(reading.url, source))
        translations += _translations_by_identity(
            connection, source, identifiers_by_language(reading.identifier, source)
        )
    known = {version.statement}
    distinct = []
    for translation in translations:
        if translation.statement not in known:
            distinct.append(translation)
        known.add(translation.statement or translation.url)
    return distinct


def _translations_by_address(connection: Connection, urls: dict[str, str]) -> Iterator[Translation]:
    statements = version_queries.statements_at(connection, list(urls.values()))
    return (
        Translation(lang, url, statements[url]) for lang, url in urls.items() if url in statements
    )


def _translations_by_identity(
    connection: Connection, source: Source, identifiers: dict[str, str]
) -> Iterator[Translation]:
    statements = {
        lang: statement_id(source.name, identifier) for lang, identifier in identifiers.items()
    }
    existing = version_queries.existing_statements(connection, list(statements.values()))
    for lang, statement in statements.items():
        if statement in existing:
            yield Translation(
                lang, version_queries.version(connection, statement).reading.url, statement
            )
