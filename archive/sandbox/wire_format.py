"""Encode frozen values as JSON and decode them, each checked against its type.

A worker process may send anything once a parser in it was taken over, so none of it is unpickled:
only values of the requested types are created here. Text is Unicode: a surrogate that stands alone,
as JSON on a page may have it, becomes U+FFFD.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from archive.errors import FormatError
from archive.text.legible import legible

_JSON_SCALARS = (str, int, float, bool)


def to_json(value: Any) -> Any:
    """Return `value` as JSON types: a dataclass becomes the list of its fields' values."""
    if value is None or type(value) in _JSON_SCALARS:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    kind: Any = type(value)
    return [to_json(getattr(value, name)) for name in _field_names(kind)]


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def from_json(kind: Any, value: Any) -> Any:
    """Return JSON `value` decoded as type `kind`; FormatError if it is not one."""
    try:
        return _create_decoder(kind)(value)
    except (TypeError, ValueError) as error:
        raise FormatError(f"expected {kind}, found: {error}") from error


@cache
def _create_decoder(kind: Any) -> Callable[[Any], Any]:
    """Return the decoder for type `kind`, which raises TypeError or ValueError.

    NotImplementedError for a type that no value sent between the processes has.
    """
    origin, type_args = get_origin(kind), get_args(kind)
    if kind is str:
        return lambda value: legible(_require_type(str, value))
    if kind in (*_JSON_SCALARS, NoneType):
        return lambda value: _require_type(kind, value)
    if kind is bytes:
        return lambda value: base64.b64decode(_require_type(str, value), validate=True)
    if kind is datetime:
        return lambda value: datetime.fromisoformat(_require_type(str, value))
    if origin in (Union, UnionType) and NoneType in type_args and len(type_args) == 2:
        decode_value = _create_decoder(type_args[0] if type_args[1] is NoneType else type_args[1])
        return lambda value: None if value is None else decode_value(value)
    if origin in (tuple, list, Iterable) and type_args[1:] in ((), (...,)):
        decode_item = _create_decoder(type_args[0])
        container = list if origin is list else tuple
        return lambda value: container(map(decode_item, _require_type(list, value)))
    if origin is tuple:
        decoders = [_create_decoder(item) for item in type_args]
        return lambda value: tuple(_decode_items(decoders, value))
    if origin is dict and type_args[0] is str:
        decode_value = _create_decoder(type_args[1])
        return lambda value: {
            name: decode_value(item) for name, item in _require_type(dict, value).items()
        }
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        return _create_dataclass_decoder(kind)
    raise NotImplementedError(f"no decoder for type {kind}")


def _create_dataclass_decoder(kind: type) -> Callable[[Any], Any]:
    hints, names = get_type_hints(kind), _field_names(kind)
    decoders = [_create_decoder(hints[name]) for name in names]
    return lambda value: kind(**dict(zip(names, _decode_items(decoders, value), strict=True)))


def _decode_items(decoders: list[Callable[[Any], Any]], value: Any) -> list[Any]:
    items = _require_type(list, value)
    return [decode(item) for decode, item in zip(decoders, items, strict=True)]


def _require_type(kind: Any, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r:.60}")
    return value
