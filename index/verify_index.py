"""Verify the index against the catalogue. The index is a cache: if it is wrong, rebuild it."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from archive.catalogue import version_queries
from archive.errors import FormatError, UnknownNameError
from archive.verification_finding import Finding, failed_finding, noted_finding, ok_finding
from index.engine_interface import Document, Engine
from index.sync_with_catalogue import documents_until, is_same_catalogue

NAME = "index"


def verify_index(connection: Connection, engine: Engine) -> Iterator[Finding]:
    """Yield findings on the index: the bytes of its files, then each document it should hold.

    The catalogue has to be verified first, against the evidence: see
    `archive.catalogue.verify_catalogue`.
    """
    damage_findings = [
        failed_finding(NAME, "index", f"{problem} (the next search makes the index anew)")
        for problem in engine.damage()
    ]
    if damage_findings:
        yield from damage_findings
        return
    state = engine.state()
    if not state or not is_same_catalogue(connection, engine):
        yield noted_finding(NAME, "index", "out of date: the next search rebuilds it")
        return
    last_number = int(state.partition(":")[2] or 0)
    missing_versions = version_queries.last_version_number(connection) - last_number
    differences = list(
        _compare_documents(connection, engine, last_number, strict=not missing_versions)
    )
    yield from differences
    if missing_versions:
        yield noted_finding(NAME, "index", "the newest versions are not indexed yet")
    if not differences:
        yield ok_finding(NAME, "index", f"{engine.count()} documents, as in the catalogue")


def _compare_documents(
    connection: Connection, engine: Engine, last_number: int, *, strict: bool
) -> Iterator[Finding]:
    """Compare every document; only if `strict`, also whether it is the newest of its statement."""
    expected_count = 0
    engine.save_memory()
    for document in documents_until(connection, last_number):
        expected_count += 1
        try:
            indexed = engine.get(document.key)
        except (UnknownNameError, FormatError) as error:
            yield failed_finding(NAME, "index", f"{document.key}: {error}")
            continue
        if differing := _differing_fields(document, indexed, strict=strict):
            detail = f"{document.key}: its {', '.join(differing)} not as in the catalogue"
            yield failed_finding(NAME, "index", detail)
    if (count := engine.count()) != expected_count:
        yield failed_finding(NAME, "index", f"expected {expected_count} documents, found {count}")


def _differing_fields(document: Document, indexed: Document, *, strict: bool) -> list[str]:
    """Return the names of the fields in which two documents differ."""
    if not strict:
        indexed = replace(indexed, current=document.current)
    if indexed == document:
        return []
    names = document.__dataclass_fields__
    return [name for name in names if getattr(document, name) != getattr(indexed, name)]
