"""Say exactly what a search looked through, for when it finds nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from archive.catalogue.coverage import counts_by_source
from index.engine_interface import Engine, Layer
from index.query_tree import (
    And,
    Dates,
    Field,
    InTitle,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Stem,
    flatten,
)

_EVERYTHING = Not(Or(()))
_FILTERS = ("source", "issuer", "lang", "kind")
_MAX_SOURCES = 12  # listed by name


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedStatements:
    """The statements that a search looked through: those that its filters leave."""

    statements: int
    versions: int
    sources: dict[str, int]  # statements of each, most first
    first_issued: str  # ISO 8601; a year where the search is filtered; "" for none dated
    last_issued: str
    layer: Layer
    only_titles: bool
    is_filtered: bool
    archived: int  # statements in the archive

    @property
    def source_names(self) -> str:
        """Return the sources with their numbers of statements, for people."""
        listed = list(self.sources.items())[:_MAX_SOURCES]
        rest = len(self.sources) - len(listed)
        names = ", ".join(f"{name} ({count})" for name, count in listed)
        return names + (f", … (+{rest})" if rest else "")

    def __str__(self) -> str:
        """Return the sentence for people."""
        if not self.archived:
            return "nothing found: the archive has no statement"
        if not self.statements:
            archived = _count(self.archived, "statement")
            if not self.is_filtered:
                return f"nothing found: no page of the {archived} in the archive is stored"
            return (
                f"nothing found: none of the {archived} in the archive is of the source, issuer, "
                "language, kind or date that the query names"
            )
        parts = ["nothing found in", self._parts_searched(), _count(self.statements, "statement")]
        if self.versions > self.statements:
            parts.append(f"({self.versions} versions)")
        sentence = " ".join(parts)
        if self.first_issued:
            sentence += f", issued {self.first_issued}"
            if self.last_issued != self.first_issued:
                sentence += f" to {self.last_issued}"
        sentence += f", of: {self.source_names}"
        if self.is_filtered and self.statements < self.archived:
            sentence += f"; the archive has {self.archived} statements in all"
        if self.layer == "statement" and not self.only_titles:
            sentence += "; --page searches the rest of their pages too"
        return sentence

    def to_json(self) -> dict[str, Any]:
        """Return the facts for programs; docs/json.md promises the keys."""
        return {
            "statements": self.statements,
            "versions": self.versions,
            "layer": self.layer,
            "only_titles": self.only_titles,
            "first_issued": self.first_issued,
            "last_issued": self.last_issued,
            "sources": self.sources,
            "archived": self.archived,
        }

    def _parts_searched(self) -> str:
        if self.only_titles:
            return "the titles of"
        return f"the {'pages' if self.layer == 'page' else 'texts'} and titles of"


def searched_statements(
    connection: Connection, engine: Engine, query: Query, layer: Layer
) -> SearchedStatements:
    """Return what a search of `query` looked through."""
    required = list(flatten([query.root]))
    filters = tuple(part for part in required if _is_filter(part))
    searched = Query(query.text, And(filters) if filters else _EVERYTHING)
    results = engine.search(searched, limit=1, order="newest", layer=layer)
    versions = engine.search(
        searched, limit=1, order="newest", layer=layer, collapse=False, facets=False
    )
    coverages = counts_by_source.coverage(connection)
    if filters:
        dates = sorted(year for year in results.facets["year"] if year)
    else:
        dates = sorted(
            day for source in coverages for day in (source.first_issued, source.last_issued) if day
        )
    leaves = list(_leaves(query.root))
    return SearchedStatements(
        statements=results.total,
        versions=versions.total,
        sources=dict(results.facets["source"]),
        first_issued=dates[0] if dates else "",
        last_issued=dates[-1] if dates else "",
        layer=layer,
        only_titles=bool(leaves) and all(isinstance(leaf, InTitle) for leaf in leaves),
        is_filtered=bool(filters),
        archived=sum(source.statements for source in coverages),
    )


def _is_filter(node: Node) -> bool:
    """Return whether a node restricts which statements are searched, and searches no words."""
    match node:
        case Dates():
            return True
        case Field(name):
            return name in _FILTERS
        case Or(parts) | And(parts):
            return bool(parts) and all(map(_is_filter, parts))
        case Not(part):
            return _is_filter(part)
        case _:
            return False


def _leaves(node: Node) -> Iterator[Node]:
    """Yield the words, phrases, symbols and addresses of a query."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(negated):
            yield from _leaves(negated)
        case Phrase() | Stem() | Prefix() | InTitle():
            yield node
        case Field(name) if name not in _FILTERS:
            yield node


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
