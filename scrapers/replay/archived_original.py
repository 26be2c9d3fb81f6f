"""Find the original of a revisit among the captures that the archive has already."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from archive.errors import FormatError, LimitError
from archive.models import Capture
from archive.warc.digests import hash_algorithm, matches_digest
from archive.warc.read_exchanges import read_exchange, read_exchanges
from archive.warc.record_header import strip_brackets
from archive.warc.record_reader import Record
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.replay.warc_lookup import referred_date, referred_url

FindCapture = Callable[[str], Capture | None]  # by its id
FindCaptures = Callable[[str], Sequence[Capture]]  # by their address

_MAX_COMPARED = 50  # captures of one address whose bytes are compared with a digest


def find_archived_original(
    revisit: Record, folder: Path, find_capture: FindCapture, find_captures: FindCaptures
) -> FetchedResponse | None:
    """Return the archived response to whose payload `revisit` refers; None for none.

    `folder` is the archive's warc/. The capture with the id that it names, else with the URL and
    date, else one of that URL whose payload has the stated digest (WARC 1.1, 6.7). FixityError
    where the archive is damaged there.
    """
    named = find_capture(strip_brackets(revisit.header.get("WARC-Refers-To")))
    if named:
        return _response_of(named, folder, find_capture)
    url, date = referred_url(revisit), referred_date(revisit)
    captures = [each for each in find_captures(url or revisit.header.url) if each.payload_sha256]
    if url and date:
        for capture in captures:
            if capture.captured == date:
                return _response_of(capture, folder, find_capture)
    stated = revisit.header.get("WARC-Payload-Digest")
    if hash_algorithm(stated):
        for capture in captures[-_MAX_COMPARED:]:
            if _has_payload(capture, folder, stated):
                return _response_of(capture, folder, find_capture)
    return None


def _response_of(
    capture: Capture, folder: Path, find_capture: FindCapture
) -> FetchedResponse | None:
    """Return `capture` with its body, which is in another record if it is a revisit itself."""
    exchanges = read_exchanges(
        folder / capture.stored.warc, warc=capture.stored.warc, start=capture.stored.offset
    )
    exchange = next(exchanges, None)
    if exchange and exchange.kind == "revisit":
        original = find_capture(exchange.metadata.original if exchange.metadata else "")
        if original is None:
            return None
        capture = original
    exchange = read_exchange(folder, capture.stored)  # verifies its bytes
    if exchange.kind != "response":
        return None
    try:
        body = exchange.body()
    except (FormatError, LimitError):  # its outcome says so
        body = b""
    return FetchedResponse(capture=capture, headers=exchange.headers, body=body)


def _has_payload(capture: Capture, folder: Path, stated: str) -> bool:
    """Say whether the stored payload has the digest, as it is or in the framing of its chunks."""
    exchange = read_exchange(folder, capture.stored)
    if exchange.response is None:
        return False
    name = hash_algorithm(stated)
    payloads = (exchange.payload, exchange.block[exchange.response.payload_start :])
    return any(
        matches_digest(stated, hashlib.new(name, payload, usedforsecurity=False).digest())
        for payload in payloads
    )
