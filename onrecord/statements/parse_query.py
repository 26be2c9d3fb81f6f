"""Parse a query for one archive: its names are checked against its sources and its catalogue."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from archive.catalogue import version_queries
from index.queries.check_names import KnownNames, check_names
from index.query_parser import parse
from index.query_tree import Query

if TYPE_CHECKING:
    from scrapers.source_format.extraction_rule import Rule
    from scrapers.source_format.source import Source

TRANSCRIPT_KIND = "transcript"  # of a text collection's lines that state none


def parse_query(
    text: str, connection: Connection, load_sources: "Callable[[], Mapping[str, Source]]"
) -> Query:
    """Return the query `text` with its names resolved.

    Raises:
        QueryError: it is malformed, or names a source, kind or language that does not exist.

    """
    return check_names(parse(text), lambda: known_names(connection, load_sources()))


def known_names(connection: Connection, sources: "Mapping[str, Source]") -> KnownNames:
    """Return the names in the source files and in the catalogue."""
    stored = version_queries.stored_names(connection)
    titles = dict.fromkeys(sorted(stored.sources), "")
    titles |= {name: source.title for name, source in sources.items()}
    kinds = {TRANSCRIPT_KIND, *stored.kinds}
    for source in sources.values():
        kinds.add(source.kind)
        for layout in source.layouts:
            kinds.update(_kinds_of(layout.kind))
    return KnownNames(sources=titles, kinds=frozenset(kinds - {""}), languages=stored.languages)


def _kinds_of(rules: "tuple[Rule, ...]") -> set[str]:
    return {kind for rule in rules for kind in (rule.value or "", *rule.values.values())}
