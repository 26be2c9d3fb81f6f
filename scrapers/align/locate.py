"""Lay a statement's text over the bytes of its page: what is worked out in a confined process."""

from collections.abc import Sequence
from dataclasses import dataclass

from scrapers.align.text_to_bytes import Span, TextLocator, block_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteSpan:
    """Characters `start` to `end` of a text, and the bytes in which they stand.

    Both bytes are inclusive and counted from 0, as in HTTP (RFC 9110, 14.1.2); None where the words
    were not found, or have no letter.
    """

    start: int
    end: int
    first_byte: int | None
    last_byte: int | None


def locate(
    body: bytes, content_type: str, text: str, spans: Sequence[Span]
) -> tuple[ByteSpan, ...]:
    """Return where `spans` of `text` stand in `body`; each block of it, where there are none."""
    locator = TextLocator(body, content_type, text)
    return tuple(_locate_span(locator, start, end) for start, end in spans or block_spans(text))


def _locate_span(locator: TextLocator, start: int, end: int) -> ByteSpan:
    byte_span = locator.locate(start, end)
    if byte_span is None:
        return ByteSpan(start=start, end=end, first_byte=None, last_byte=None)
    return ByteSpan(start=start, end=end, first_byte=byte_span[0], last_byte=byte_span[1] - 1)
