"""The parameters of a search as in its address: query, filters, order, layer and page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends
from fastapi import Query as Parameter

from archive.errors import QueryError
from index.engine_interface import Engine, Results
from index.queries.check_names import KnownNames, check_names
from index.query_parser import parse
from index.query_tree import And, Dates, Field, Node, Query, flatten, has_day
from onrecord.statements.parse_query import known_names
from onrecord.web.read_only_archive import ReadOnlyArchive

PER_PAGE = 10
_LAST_PAGE = 1000
FACETS = ("source", "issuer", "year", "lang", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParams:
    """One search. Every field is a parameter of the address, so that a search can be shared."""

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
    def filters(self) -> dict[str, str]:
        """Return the facets that the search is restricted to, and their values."""
        return {name: value for name in FACETS if (value := getattr(self, name))}

    def query(self, archive: ReadOnlyArchive) -> Query:
        """Return the query with its filters.

        Raises:
            QueryError: the query is malformed, or it or a filter names what does not exist.

        """
        with archive.catalogue() as connection:

            def load_names() -> KnownNames:
                return known_names(connection, archive.sources)

            parts = [check_names(parse(self.q), load_names).root]
            for name, value in self.filters.items():
                if name == "year":
                    parts.append(_year_filter(self.q, value, parts))
                else:
                    typed = Query(f"{name}:{value}", Field(name, value))
                    parts.append(check_names(typed, load_names).root)
        return Query(self.q, And(tuple(parts)) if len(parts) > 1 else parts[0])

    def address(self, path: str = "/search", **changes: object) -> str:
        """Return the address of this search with `changes`, on the first page unless changed."""
        values = {**{name: getattr(self, name) for name in _DEFAULTS}, "page": 1, **changes}
        given = {name: value for name, value in values.items() if value != _DEFAULTS[name]}
        return f"{path}?{urlencode(given)}" if given else path


# The parameters of an address, in their order, with the values that are omitted from it.
_DEFAULTS = {
    name: getattr(SearchParams(), name) for name in ("q", *FACETS, "order", "layer", "page")
}


def search_page(engine: Engine, params: SearchParams, query: Query) -> Results:
    """Return the page of results of `query` that `params` ask for."""
    return engine.search(
        query,
        limit=PER_PAGE,
        offset=(params.page - 1) * PER_PAGE,
        order=params.order,
        layer=params.layer,
        group_equal=True,
    )


def _year_filter(query: str, value: str, others: Sequence[Node]) -> Dates:
    if not (value.isdecimal() and value.isascii() and len(value) == 4):
        raise QueryError(f"expected a year, found {value[:20]}", query, 0)
    year = Dates(after=int(value) * 10000 + 101, before=(int(value) + 1) * 10000 + 101)
    dates = [part for part in flatten(others) if isinstance(part, Dates)]
    if not has_day([year, *dates]):
        raise QueryError(f"no day of {value} is within the dates of the query", query, 0)
    return year


def search_filters(
    source: Annotated[str, Parameter(max_length=200)] = "",
    issuer: Annotated[str, Parameter(max_length=500)] = "",
    year: Annotated[str, Parameter(max_length=4, pattern=r"^([0-9]{4})?$")] = "",
    lang: Annotated[str, Parameter(max_length=40)] = "",
    kind: Annotated[str, Parameter(max_length=100)] = "",
    order: Literal["best", "newest"] = "best",
    layer: Literal["statement", "page"] = "statement",
    page: Annotated[int, Parameter(ge=1, le=_LAST_PAGE)] = 1,
) -> SearchParams:
    """Return the parameters of a search other than its query."""
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


SearchFilters = Annotated[SearchParams, Depends(search_filters)]
_WORD_CHARACTER = r"[^\W_]"  # a query needs at least one


def form_search_params(
    rest: SearchFilters,
    q: Annotated[str, Parameter(max_length=10_000, description="the query")] = "",
) -> SearchParams:
    """Return the search of a form, whose query may be empty."""
    return replace(rest, q=q.strip())


def required_search_params(
    rest: SearchFilters,
    q: Annotated[
        str,
        Parameter(
            min_length=1, max_length=10_000, pattern=_WORD_CHARACTER, description="the query"
        ),
    ],
) -> SearchParams:
    """Return a search with a query; without one, the request is invalid (status 422)."""
    return replace(rest, q=q.strip())


def optional_search_params(
    rest: SearchFilters,
    q: Annotated[
        str, Parameter(max_length=10_000, pattern=f"^$|{_WORD_CHARACTER}", description="the query")
    ] = "",
) -> SearchParams:
    """Return a search whose query may be absent; one that is present needs a word character."""
    return replace(rest, q=q.strip())


FormSearchParams = Annotated[SearchParams, Depends(form_search_params)]
RequiredSearchParams = Annotated[SearchParams, Depends(required_search_params)]
OptionalSearchParams = Annotated[SearchParams, Depends(optional_search_params)]
