"""Compare a record's WARC-Payload-Digest with its bytes, by each rule that tools compute it by.

WARC 1.1 (5.9) says "the payload", which for HTTP is the body without transfer coding (RFC 9110,
6.4). warcio, wget, wpull, warcprox and FastWARC digest the body in the framing of its chunks, some
tools the body without its content coding, and converters the whole block.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress

from archive.errors import FormatError, LimitError
from archive.warc.digests import hash_algorithm, matches_digest
from archive.warc.parse_http import (
    Response,
    decode_content,
    extract_payload,
    payload_after_first_head,
)
from archive.warc.record_builder import try_parse_response
from archive.warc.record_reader import Record


def payload_and_framed(record: Record) -> list[bytes]:
    """Return the payload of a whole record; of a chunked body also with its framing."""
    response = _response_of(record)
    if response is None:
        return [record.block]
    framed = record.block[response.payload_start :]
    return [extract_payload(record.block, response), framed] if response.is_chunked else [framed]


def wrong_payload_digest(record: Record) -> str:
    """Return a stated payload digest that the record matches by no rule we know; "" for none.

    Digests of unknown algorithms count as matching, and so do those of revisits, whose payload is
    in another record.
    """
    if record.header.kind not in ("response", "resource"):
        return ""
    for stated in record.header.get_all("WARC-Payload-Digest"):
        if not has_payload_digest(record, stated):
            return stated
    return ""


def has_payload_digest(record: Record, stated: str) -> bool:
    """Say whether `stated` is a digest of the record's payload by any rule; true if not known."""
    name = hash_algorithm(stated)
    return not name or any(
        matches_digest(stated, hashlib.new(name, payload, usedforsecurity=False).digest())
        for payload in _payload_forms(record)
    )


def has_right_block_digest(record: Record) -> bool:
    """Say whether the record states a block digest that we can compute, and matches each.

    Only for a record read with `verify`.
    """
    return bool(record.block_digests) and not record.wrong_digest()


def _payload_forms(record: Record) -> Iterator[bytes]:
    yield from payload_and_framed(record)
    response = _response_of(record)
    if response is None:
        return
    yield payload_after_first_head(record.block)
    with suppress(FormatError, LimitError):  # a coding that we do not read, or too much
        yield decode_content(extract_payload(record.block, response), response)
    yield record.block


def _response_of(record: Record) -> Response | None:
    return try_parse_response(record.block) if record.header.kind == "response" else None
