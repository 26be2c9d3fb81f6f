"""A search as an address has it: the query, what it is narrowed to, the order and the place."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends
from fastapi import Query as Parameter

from archive.errors import QueryError
from index.query_parser import parse
from index.query_tree import And, Dates, Field, Node, Query

PER_PAGE = 10
_LAST_PAGE = 1000
FACETS = ("source", "issuer", "year", "lang", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParams:
    """What a reader asks for; everything has its place in the address, so that it can be sent."""

    q: str = ""
    source: str = ""
    issuer: str = ""
    year: str = ""
    lang: str = ""
    kind: str = ""
    order: Literal["best", "newest"] = "best"
    layer: Literal["statement", "page"] = "statement"
    page: int = 1

    @property
    def narrowed(self) -> dict[str, str]:
        """Return the facets that are chosen."""
        return {name: value for name in FACETS if (value := getattr(self, name))}

    def query(self) -> Query:
        """Return what the engine is asked; QueryError where the query cannot be read."""
        root = parse(self.q).root
        parts: list[Node] = [root]
        for name, value in self.narrowed.items():
            parts.append(_year(self.q, value) if name == "year" else Field(name, value))
        return Query(self.q, And(tuple(parts)) if len(parts) > 1 else root)

    def address(self, path: str = "/search", **changes: object) -> str:
        """Return the address of this search with some of it changed; of the first page again."""
        wanted = {**{name: getattr(self, name) for name in _ASKED}, "page": 1, **changes}
        said = {name: value for name, value in wanted.items() if value != _ASKED[name]}
        return f"{path}?{urlencode(said)}" if said else path


# What stands in an address, in this order, and what is left out of it.
_ASKED = {name: getattr(SearchParams(), name) for name in ("q", *FACETS, "order", "layer", "page")}


def _year(query: str, value: str) -> Dates:
    if not (value.isdecimal() and value.isascii() and len(value) == 4):
        raise QueryError(f"expected a year, found {value[:20]}", query, 0)
    return Dates(after=int(value) * 10000 + 101, before=(int(value) + 1) * 10000 + 101)


def narrowed(
    source: Annotated[str, Parameter(max_length=200)] = "",
    issuer: Annotated[str, Parameter(max_length=500)] = "",
    year: Annotated[str, Parameter(max_length=4, pattern=r"^([0-9]{4})?$")] = "",
    lang: Annotated[str, Parameter(max_length=40)] = "",
    kind: Annotated[str, Parameter(max_length=100)] = "",
    order: Literal["best", "newest"] = "best",
    layer: Literal["statement", "page"] = "statement",
    page: Annotated[int, Parameter(ge=1, le=_LAST_PAGE)] = 1,
) -> SearchParams:
    """Return a search without its query: what is asked for besides."""
    return SearchParams(
        source=source,
        issuer=issuer,
        year=year,
        lang=lang,
        kind=kind,
        order=order,
        layer=layer,
        page=page,
    )


Narrowed = Annotated[SearchParams, Depends(narrowed)]
_A_WORD = r"[^\W_]"  # what a query has to have somewhere


def search_params(
    rest: Narrowed,
    q: Annotated[str, Parameter(max_length=10_000, description="the query")] = "",
) -> SearchParams:
    """Return a search by a person, who may come with an empty box."""
    return replace(rest, q=q.strip())


def required_search_params(
    rest: Narrowed,
    q: Annotated[
        str, Parameter(min_length=1, max_length=10_000, pattern=_A_WORD, description="the query")
    ],
) -> SearchParams:
    """Return a search that looks for something: of a program, an empty one is a mistake."""
    return replace(rest, q=q.strip())


def optional_search_params(
    rest: Narrowed,
    q: Annotated[
        str, Parameter(max_length=10_000, pattern=f"^$|{_A_WORD}", description="the query")
    ] = "",
) -> SearchParams:
    """Return a search that may be left out, but looks for something where it is not."""
    return replace(rest, q=q.strip())


SearchParamsOf = Annotated[SearchParams, Depends(search_params)]
RequiredSearchParams = Annotated[SearchParams, Depends(required_search_params)]
OptionalSearchParams = Annotated[SearchParams, Depends(optional_search_params)]
