"""Does the index still say what the catalogue says? It is a cache: the cure is to make it anew."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from archive.catalogue import version_queries
from archive.errors import FormatError, UnknownNameError
from archive.findings import Finding, failed_finding, noted_finding, ok_finding
from index.engine import Document, Engine
from index.sync import documents_until, follows

NAME = "index"


def verify_index(connection: Connection, engine: Engine) -> Iterator[Finding]:
    """Yield what is found of the index: its files' bytes, then each document it should hold.

    The catalogue has to be checked against the evidence first: see
    `archive.catalogue.verify_catalogue`.
    """
    damaged = [failed_finding(NAME, "index", problem) for problem in engine.damage()]
    if damaged:
        yield from damaged
        return
    state = engine.state()
    if not state or not follows(connection, engine):
        yield noted_finding(NAME, "index", "to be made anew: the next search does so")
        return
    reached = int(state.partition(":")[2] or 0)
    behind = version_queries.newest_number(connection) - reached
    wrong = list(_compared(connection, engine, reached, strict=not behind))
    yield from wrong
    if behind:
        yield noted_finding(NAME, "index", "has still to take in the newest versions")
    if not wrong:
        yield ok_finding(NAME, "index", f"{engine.count()} documents, as in the catalogue")


def _compared(
    connection: Connection, engine: Engine, reached: int, *, strict: bool
) -> Iterator[Finding]:
    """Compare every document; only where `strict`, also whether it is its statement's newest."""
    expected = 0
    for document in documents_until(connection, reached):
        expected += 1
        try:
            found = engine.get(document.key)
        except (UnknownNameError, FormatError) as error:
            yield failed_finding(NAME, "index", f"{document.key}: {error}")
            continue
        if differing := _differing(document, found, strict=strict):
            detail = f"{document.key}: its {', '.join(differing)} not as in the catalogue"
            yield failed_finding(NAME, "index", detail)
    if (held := engine.count()) != expected:
        yield failed_finding(NAME, "index", f"expected {expected} documents, found {held}")


def _differing(document: Document, found: Document, *, strict: bool) -> list[str]:
    if not strict:
        found = replace(found, current=document.current)
    if found == document:
        return []
    names = document.__dataclass_fields__
    return [name for name in names if getattr(document, name) != getattr(found, name)]
