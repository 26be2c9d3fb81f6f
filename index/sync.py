"""Bring an engine up to date with the catalogue: it follows versions in their order of arrival."""

from collections.abc import Iterable, Iterator
from itertools import takewhile

from sqlalchemy import Connection

from archive.catalogue import catalogue_facts, version_queries
from archive.catalogue.rows import format_moment
from archive.models import Version
from index.engine import Document, Engine, Layer

BATCH = 10_000  # versions a commit: what a crash may cost, and what has to fit in memory
MANY = 1000  # new versions after which it is worth merging segments: searching gets faster


def follows(connection: Connection, engine: Engine) -> bool:
    """Say whether `engine` is new, or holds an index of this very catalogue.

    A catalogue that was made anew counts from the start again: an index of the old one is to be
    thrown away, not continued.
    """
    whose = engine.state().partition(":")[0]
    return not whose or whose == catalogue_facts.catalogue_id(connection)


def sync(connection: Connection, engine: Engine) -> int:
    """Add what is new in the catalogue to `engine`; return how many versions that was.

    Resumable: each commit says how far it came.
    """
    born = catalogue_facts.catalogue_id(connection)
    reached = int(engine.state().partition(":")[2] or 0)
    added = 0
    for batch in _batches(version_queries.all_versions(connection, after=reached)):
        touched = {version.statement for _, version in batch}
        kept = version_queries.newest_versions(connection, touched)
        fresh = [version for _, version in batch]
        older = version_queries.other_versions(
            connection, touched, {version.id for version in fresh}
        )
        documents = (
            document
            for version in (*fresh, *older)
            for document in _documents(connection, version, version.id in kept)
        )
        engine.update(documents, state=f"{born}:{batch[-1][0]}")
        added += len(batch)
    if added >= MANY:
        engine.tidy()
    return added


def documents_until(connection: Connection, reached: int) -> Iterator[Document]:
    """Yield every document that an index holds which came as far as version `reached`."""
    upto = takewhile(lambda found: found[0] <= reached, version_queries.all_versions(connection))
    for batch in _batches(upto):
        kept = version_queries.newest_versions(
            connection, {version.statement for _, version in batch}
        )
        for _, version in batch:
            yield from _documents(connection, version, version.id in kept)


def _batches(found: Iterable[tuple[int, Version]]) -> Iterator[list[tuple[int, Version]]]:
    batch: list[tuple[int, Version]] = []
    for each in found:
        batch.append(each)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _documents(connection: Connection, version: Version, current: bool) -> Iterator[Document]:
    """Yield what is searched of a version: its text, and the whole visible text of its page."""
    reading = version.reading
    layers: dict[Layer, str] = {"statement": reading.text}
    if version.layer_sha256:
        layers["page"] = version_queries.layer(connection, version.layer_sha256)
    for layer, text in layers.items():
        yield Document(
            key=f"{version.id}#{layer}",
            version=version.id,
            statement=version.statement,
            source=version.source,
            issuer=reading.issuer,
            lang=reading.lang,
            kind=reading.kind,
            issued=reading.issued.value if reading.issued else "",
            title=reading.title,
            layer=layer,
            text=text,
            current=current,
            seen=format_moment(version.first_seen),
        )
