"""Locate spans of a statement's text in the bytes of its page; runs in a sandbox process."""

from collections.abc import Sequence
from dataclasses import dataclass

from scrapers.byte_spans.align_with_page import Span, TextLocator, block_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteSpan:
    """Characters `start` to `end` of a text, and their bytes in the page.

    Both bytes are inclusive and counted from 0, as in HTTP (RFC 9110, 14.1.2); None where the
    characters were not found, or contain no letter or digit.
    """

    start: int
    end: int
    first_byte: int | None
    last_byte: int | None


def locate(
    body: bytes, content_type: str, text: str, spans: Sequence[Span]
) -> tuple[ByteSpan, ...]:
    """Return the bytes in `body` of each of `spans` of `text`; of each block, if no span is given.

    `body` is the page without content coding.
    """
    locator = TextLocator(body, content_type, text)
    return tuple(_locate_span(locator, start, end) for start, end in spans or block_spans(text))


def _locate_span(locator: TextLocator, start: int, end: int) -> ByteSpan:
    byte_span = locator.locate(start, end)
    if byte_span is None:
        return ByteSpan(start=start, end=end, first_byte=None, last_byte=None)
    return ByteSpan(start=start, end=end, first_byte=byte_span[0], last_byte=byte_span[1] - 1)
