"""Read the lines of a text collection, JSON lines, and check each before anything is stored.

A line is {id, source, lang, text, title?, date?, url?, issuer?, publisher?, kind?}. One that is
not is passed over and named; so is what a cut gzip file no longer has.
"""

import json
import logging
import zlib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import FormatError
from archive.warc.inputs.refused_input import RefusedInput
from archive.warc.record_reader import open_warc

logger = logging.getLogger(__name__)

MAX_LINE_BYTES = 32 << 20
_PIECE_BYTES = 1 << 20
_MAX_LANG_CHARACTERS = 100  # RFC 5646, 4.4.1 asks for 35 at least; the index has files by language
_REQUIRED_KEYS = ("id", "source", "lang", "text")
_OPTIONAL_KEYS = ("title", "date", "url", "issuer", "publisher", "kind")


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """One line of a collection, with its keys checked."""

    raw: bytes
    offset: int  # in the unpacked file, in bytes
    fields: dict[str, str]  # all required keys, and those optional ones that the line has


def read_lines(
    path: Path, reserved: Container[str] = ()
) -> Iterator[CollectionLine | RefusedInput]:
    """Yield the lines of a collection, gzipped or not, and what of it is passed over.

    `reserved`: what ids before a colon are not a collection's to give, because statements that were
    captured have it: names of sources. A line with such an id would be an edit of one.

    FormatError for a file without a line, or of which not one whole line can be unpacked;
    StorageError.
    """
    logger.debug("reading the collection %s", path.name)
    number, offset = 0, 0
    try:
        for number, (raw, size) in enumerate(_split_lines(_unpacked_pieces(path)), 1):
            if size > MAX_LINE_BYTES:
                reason = f"expected at most {MAX_LINE_BYTES} bytes, our limit, found {size}"
                yield RefusedInput(file=path.name, line=number, reason=reason)
            elif raw.strip():
                yield _checked_line(raw, path.name, number, offset, reserved)
            offset += size
    except FormatError as error:
        if not number:
            raise
        yield RefusedInput(file=path.name, line=number + 1, reason=str(error))
    if not number:
        raise FormatError("", "lines of JSON", "an empty file")


def _checked_line(
    raw: bytes, file: str, number: int, offset: int, reserved: Container[str]
) -> CollectionLine | RefusedInput:
    raw_line = raw.rstrip(b"\r\n")
    try:
        fields = parse_line(raw_line)
        source, colon, _ = fields["id"].partition(":")
        if colon and source in reserved:
            raise FormatError("id", "an id of the collection's own", repr(fields["id"])[:80])
    except FormatError as error:
        return RefusedInput(file=file, line=number, reason=str(error))
    return CollectionLine(raw_line, offset, fields)


def parse_line(raw: bytes) -> dict[str, str]:
    """Return the texts in a line by their keys; FormatError where it is no line of a collection.

    A title or another optional key that is absent or null is left out. Surrogates that stand alone
    are no text (Unicode 16, 3.9, D76): no database or file in UTF-8 can hold them.
    """
    try:
        fields = json.loads(raw.decode("utf-8-sig"))
        if rb"\u" in raw:
            json.dumps(fields, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise FormatError("", "a JSON object", str(error)) from error
    except UnicodeEncodeError as error:
        surrogate = f"U+{ord(error.object[error.start]):04X}"
        raise FormatError("", "Unicode text", f"the lone surrogate {surrogate}") from error
    except UnicodeDecodeError as error:
        raise FormatError("", "text in UTF-8", str(error)) from error
    except RecursionError as error:
        raise FormatError("", "a JSON object", "more levels than can be read") from error
    except ValueError as error:  # of int(): Python limits its digits
        raise FormatError("", "a JSON object", "a number of too many digits") from error
    if not isinstance(fields, dict):
        raise FormatError("", "a JSON object", type(fields).__name__)
    return _checked_fields(fields)


def _checked_fields(fields: dict[str, object]) -> dict[str, str]:
    checked: dict[str, str] = {}
    for key in (*_REQUIRED_KEYS, *_OPTIONAL_KEYS):
        value = fields.get(key)
        if isinstance(value, str) and (value or key in _OPTIONAL_KEYS):
            checked[key] = value
        elif value is not None or key in _REQUIRED_KEYS:
            problem = "nothing" if value in (None, "") else repr(value)[:60]
            raise FormatError(key, "text", problem)
    if len(checked["lang"]) > _MAX_LANG_CHARACTERS:
        raise FormatError("lang", "a language tag", f"{len(checked['lang'])} characters")
    return checked


def _unpacked_pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of the file at `path`, unpacked if it is gzip; FormatError where that ends.

    Every byte that can be unpacked is yielded before.
    """
    if path.exists() and not path.is_file():
        raise FormatError("", "a file", "a pipe or another kind")
    with open_warc(path) as file:
        piece = file.read(_PIECE_BYTES)
        is_gzip = piece.startswith(b"\x1f\x8b")
        inflater = zlib.decompressobj(31)
        while piece:
            if not is_gzip:
                yield piece
                piece = file.read(_PIECE_BYTES)
                continue
            try:
                yield inflater.decompress(piece, _PIECE_BYTES)
            except zlib.error as error:
                raise FormatError("", "whole gzip", str(error)) from error
            if inflater.eof:
                piece = inflater.unused_data.lstrip(b"\0") or file.read(_PIECE_BYTES).lstrip(b"\0")
                inflater = zlib.decompressobj(31) if piece else inflater
            else:
                piece = inflater.unconsumed_tail or file.read(_PIECE_BYTES)
        if is_gzip and not inflater.eof:
            raise FormatError("", "whole gzip", "the end of the file in the middle of it")


def _split_lines(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield each line in `pieces`, its end included, and its size; of one over the limit a part."""
    line, size = bytearray(), 0
    for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for part in ended:
            line += part + b"\n" if size <= MAX_LINE_BYTES else b""
            yield bytes(line), size + len(part) + 1
            line.clear()
            size = 0
        line += rest if size <= MAX_LINE_BYTES else b""
        size += len(rest)
    if size:
        yield bytes(line), size
