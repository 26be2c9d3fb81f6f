"""Frozen values as JSON and back, each checked against its type.

What a confined process sends may be anything once a parser in it was taken over, so nothing of it
is unpickled: only values of the types that were asked for come out here.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from archive.errors import FormatError

_PLAIN = (str, int, float, bool)


def to_json(value: Any) -> Any:
    """Return `value` as JSON can have it: a dataclass is the list of its fields' values."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_json(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): to_json(each) for name, each in value.items()}
    kind: Any = type(value)
    return [to_json(getattr(value, name)) for name in _names(kind)]


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def from_json(kind: Any, value: Any) -> Any:
    """Return the value of type `kind` of which `value` was told; FormatError where it is none."""
    try:
        return _maker(kind)(value)
    except (TypeError, ValueError) as error:
        raise FormatError(f"expected {kind}, found: {error}") from error


@cache
def _maker(kind: Any) -> Callable[[Any], Any]:
    """Return what makes a value of type `kind` of what was told; it raises TypeError, ValueError.

    Types are those that values are made of here; for any other this raises NotImplementedError.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if kind in (*_PLAIN, NoneType):
        return lambda value: _exactly(kind, value)
    if kind is bytes:
        return lambda value: base64.b64decode(_exactly(str, value), validate=True)
    if kind is datetime:
        return lambda value: datetime.fromisoformat(_exactly(str, value))
    if origin in (Union, UnionType) and NoneType in inner and len(inner) == 2:
        some = _maker(inner[0] if inner[1] is NoneType else inner[1])
        return lambda value: None if value is None else some(value)
    if origin in (tuple, list) and inner[1:] in ((), (...,)):
        each = _maker(inner[0])
        return lambda value: origin(map(each, _exactly(list, value)))
    if origin is tuple:
        makers = [_maker(one) for one in inner]
        return lambda value: tuple(_each(makers, value))
    if origin is dict and inner[0] is str:
        of = _maker(inner[1])
        return lambda value: {name: of(one) for name, one in _exactly(dict, value).items()}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        return _of_fields(kind)
    raise NotImplementedError(f"no way to tell a value of type {kind}")


def _of_fields(kind: type) -> Callable[[Any], Any]:
    hints, names = get_type_hints(kind), _names(kind)
    makers = [_maker(hints[name]) for name in names]
    return lambda value: kind(**dict(zip(names, _each(makers, value), strict=True)))


def _each(makers: list[Callable[[Any], Any]], value: Any) -> list[Any]:
    several = _exactly(list, value)
    return [make(one) for make, one in zip(makers, several, strict=True)]


def _exactly(kind: Any, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.60}")
    return value
