"""Check that the sources, kinds and languages that a query names exist, and resolve them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from archive.errors import QueryError
from index.match_field_value import matches_value
from index.queries.language_codes import is_language_of, primary_language, suggest_language
from index.query_tree import And, Field, Node, Not, Or, Query

_CHECKED_FIELDS = ("source", "kind", "lang")
_MIN_SIMILARITY = 0.55  # from which on a name is offered
_MAX_LISTED = 12  # names in a message
_SPACE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """The names that an archive knows."""

    sources: Mapping[str, str]  # key -> title; "" where it has none
    kinds: frozenset[str]
    languages: frozenset[str]  # of its statements, as they are stored


def check_names(query: Query, load_names: Callable[[], KnownNames]) -> Query:
    """Return the query with its sources and languages as the archive calls them.

    A source may be named by its key or its title. `load_names` is called only where it is needed.

    Raises:
        QueryError: a source, kind or language does not exist; names the nearest.

    """
    if not any(field.name in _CHECKED_FIELDS for field in fields_of(query.root)):
        return query
    return Query(query.text, _resolve(query.root, query.text, load_names()))


def fields_of(node: Node) -> Iterable[Field]:
    """Yield the fields in a query tree."""
    match node:
        case Field():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from fields_of(part)
        case Not(negated):
            yield from fields_of(negated)


def _resolve(node: Node, text: str, names: KnownNames) -> Node:
    match node:
        case And(parts):
            return And(tuple(_resolve(part, text, names) for part in parts))
        case Or(parts):
            return Or(tuple(_resolve(part, text, names) for part in parts))
        case Not(part):
            return Not(_resolve(part, text, names))
        case Field("source"):
            return _resolve_source(node, text, names.sources)
        case Field("kind", value):
            if not any(matches_value("kind", kind, value) for kind in names.kinds):
                raise _unknown("kind", node, text, [(kind,) for kind in sorted(names.kinds)])
            return node
        case Field("lang"):
            return _resolve_language(node, text, names.languages)
        case _:
            return node


def _resolve_source(named: Field, text: str, sources: Mapping[str, str]) -> Node:
    """Return a field for each source that is meant, by its key."""
    by_key = [key for key in sources if matches_value("source", key, named.value)]
    by_title = [
        key
        for key, title in sources.items()
        if key not in by_key and title and matches_value("source", title, named.value)
    ]
    if not by_key and not by_title:
        raise _unknown("source", named, text, list(sources.items()))
    if not by_title:
        return named
    keys = by_key + by_title
    return _either(tuple(Field("source", key, named.offset) for key in keys))


def _resolve_language(named: Field, text: str, stored: frozenset[str]) -> Node:
    """Return a field for each tag by which the archive has the language; `named` for none."""
    tags = sorted(tag for tag in stored if is_language_of(named.value, tag))
    if any(matches_value("lang", tag, named.value) for tag in stored) and not tags:
        return named  # a tag of a publisher that no registry has
    if not primary_language(named.value):
        code = suggest_language(named.value)
        known = ", ".join(sorted(tag for tag in stored if primary_language(tag))[:_MAX_LISTED])
        hint = f"its code is {code}" if code else f"the archive has {known or 'none'}"
        raise _error(f"no such language: {named.value} ({hint})", named, text)
    return _either(tuple(Field("lang", tag, named.offset) for tag in tags)) if tags else named


def _either(fields: tuple[Field, ...]) -> Node:
    return fields[0] if len(fields) == 1 else Or(fields)


def _unknown(kind: str, named: Field, text: str, known: list[tuple[str, ...]]) -> QueryError:
    """Return the error for a name that nothing has; `known` has the names of each thing."""
    scored = sorted(
        (
            (max(_similarity(named.value, name) for name in names if name), names)
            for names in known
            if any(names)
        ),
        key=lambda pair: -pair[0],
    )
    nearest = [names for score, names in scored if score >= _MIN_SIMILARITY][:1]
    shown = ", ".join(_describe(names) for names in nearest or [n[:1] for n in known[:_MAX_LISTED]])
    hint = f"the nearest is {shown}" if nearest else f"known: {shown}"
    typed = text[named.offset :].casefold()
    what = kind if typed.startswith(kind) or kind != "source" else "field or source"
    return _error(
        f"no such {what}: {named.value} ({hint})" if shown else f"no {kind}s", named, text
    )


def _describe(names: tuple[str, ...]) -> str:
    first, *others = (name for name in names if name)
    return f"{first} ({others[0]})" if others and others[0] != first else first


def _error(problem: str, named: Field, text: str) -> QueryError:
    return QueryError(problem, re.sub(r"\s", " ", text), named.offset)


def _similarity(typed: str, name: str) -> float:
    """Return how alike a typed name is to a known one, or to one of its words: 0 to 1."""
    typed, name = (_SPACE.sub(" ", part.casefold()).strip() for part in (typed, name))
    ratio = SequenceMatcher(None, typed, name).ratio()
    words = [SequenceMatcher(None, typed, word).ratio() for word in name.split()]
    return max([ratio, *(0.9 * word_ratio for word_ratio in words)])
