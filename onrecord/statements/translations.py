"""What stands beside a version: its siblings in other languages, and on whose word it was seen."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.models import Version, statement_id
from scrapers.extract.translations import identifiers_by_language, urls_by_language
from scrapers.source_format.source import Source


@dataclass(frozen=True, slots=True)
class Attestation:
    """Whose word the dates of a version are: an archive's host, "" for our own capture."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A statement in another language, as its page names it."""

    lang: str
    url: str
    statement: str  # its id where it is held, else ""


def attestation(connection: Connection, version: str) -> Attestation:
    """Return on whose word a version was first and last seen."""
    seen = capture_queries.sightings(connection, version)
    ends = [seen[0][0], seen[-1][0]] if seen else []
    held = capture_queries.captures_by_id(connection, ends)
    mementos = [held[one].memento for one in ends]
    words = [memento.archive if memento else "" for memento in mementos]
    return Attestation(words[0], words[1]) if words else Attestation("", "")


def find_translations(
    connection: Connection, version: Version, source: Source | None
) -> list[Translation]:
    """Return the statement in other languages: what its page names, and what else of it is held.

    Besides what the page names, siblings are known by the addresses and the identities that
    `source` gives a statement in each language; of those, only what is held is one.
    """
    reading = version.reading
    named = reading.translations
    held = version_queries.statements_at(connection, [url for _, url in named])
    found = [Translation(lang, url, held.get(url, "")) for lang, url in named]
    if source is not None:
        found += _by_address(connection, urls_by_language(reading.url, source))
        found += _by_identity(
            connection, source, identifiers_by_language(reading.identifier, source)
        )
    known = {version.statement}
    kept = []
    for each in found:
        if each.statement not in known:
            kept.append(each)
        known.add(each.statement or each.url)
    return kept


def _by_address(connection: Connection, urls: dict[str, str]) -> Iterator[Translation]:
    held = version_queries.statements_at(connection, list(urls.values()))
    return (Translation(lang, url, held[url]) for lang, url in urls.items() if url in held)


def _by_identity(
    connection: Connection, source: Source, identifiers: dict[str, str]
) -> Iterator[Translation]:
    names = {lang: statement_id(source.name, each) for lang, each in identifiers.items()}
    held = version_queries.existing_statements(connection, list(names.values()))
    for lang, name in names.items():
        if name in held:
            yield Translation(lang, version_queries.version(connection, name).reading.url, name)
