"""Synchronise an engine with the catalogue: index new versions in their order of arrival."""

import logging
from collections.abc import Iterable, Iterator
from itertools import takewhile

from sqlalchemy import Connection

from archive.catalogue import catalogue_info, version_queries
from archive.models import Version
from index.engine_interface import Document, Engine
from index.version_document import version_document

logger = logging.getLogger(__name__)

BATCH_VERSIONS = 10_000  # versions a commit: what a crash may lose, and what has to fit in memory
_COMPARED_VERSIONS = 500  # versions read at once where documents are only compared
MIN_MERGE_VERSIONS = 1000  # number of new versions from which on merging segments is worth while


def is_same_catalogue(connection: Connection, engine: Engine) -> bool:
    """Return whether `engine` is new, or has an index of this very catalogue.

    A rebuilt catalogue numbers its versions from the start: an index of the old one must be
    deleted, not continued.
    """
    indexed_catalogue = engine.state().partition(":")[0]
    return not indexed_catalogue or indexed_catalogue == catalogue_info.catalogue_id(connection)


def is_up_to_date(connection: Connection, engine: Engine) -> bool:
    """Return whether the index of `engine` has every version of the catalogue."""
    last_number = int(engine.state().partition(":")[2] or 0)
    return not any(True for _ in version_queries.all_versions(connection, after=last_number))


def sync(connection: Connection, engine: Engine) -> int:
    """Index the new versions of the catalogue in `engine`; return how many there were.

    Resumable: each commit stores how far it got, as state `catalogue:version number`.
    """
    catalogue_id = catalogue_info.catalogue_id(connection)
    last_number = int(engine.state().partition(":")[2] or 0)
    added = 0
    numbered_versions = version_queries.all_versions(connection, after=last_number)
    for batch in _split_batches(numbered_versions, BATCH_VERSIONS):
        statements = {version.statement for _, version in batch}
        newest_ids = version_queries.newest_versions(connection, statements)
        new_versions = [version for _, version in batch]
        old_versions = version_queries.other_versions(
            connection, statements, {version.id for version in new_versions}
        )
        documents = (
            document
            for version in (*new_versions, *old_versions)
            for document in _documents_of(connection, version, version.id in newest_ids)
        )
        engine.update(documents, state=f"{catalogue_id}:{batch[-1][0]}")
        added += len(batch)
        logger.debug("index: versions up to number %d are in it", batch[-1][0])
    if added >= MIN_MERGE_VERSIONS:
        engine.merge_segments()
    if added:
        logger.info("index: %d new versions", added)
    return added


def documents_until(connection: Connection, last_number: int) -> Iterator[Document]:
    """Yield every document of an index that has the versions up to number `last_number`."""
    numbered_versions = takewhile(
        lambda numbered: numbered[0] <= last_number, version_queries.all_versions(connection)
    )
    for batch in _split_batches(numbered_versions, _COMPARED_VERSIONS):
        newest_ids = version_queries.newest_versions(
            connection, {version.statement for _, version in batch}
        )
        for _, version in batch:
            yield from _documents_of(connection, version, version.id in newest_ids)


def _split_batches(
    numbered_versions: Iterable[tuple[int, Version]], size: int
) -> Iterator[list[tuple[int, Version]]]:
    """Yield lists of up to `size` versions with their numbers."""
    batch: list[tuple[int, Version]] = []
    for numbered_version in numbered_versions:
        batch.append(numbered_version)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _documents_of(connection: Connection, version: Version, current: bool) -> Iterator[Document]:
    """Yield the documents of a version: its text, and the layer of its page."""
    yield version_document(version, current=current)
    if version.layer_sha256:
        page_text = version_queries.layer(connection, version.layer_sha256)
        yield version_document(version, layer="page", text=page_text, current=current)
