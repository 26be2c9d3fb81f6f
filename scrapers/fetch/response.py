"""Interpret the bytes of a response: its head, decoded body, outcome and the reason."""

import logging
from dataclasses import dataclass

from archive.errors import FormatError, LimitError
from archive.models import Outcome
from archive.warc.digests import sha256_hex
from archive.warc.parse_http import (
    MAX_BODY_BYTES,
    Response,
    decode_body,
    extract_payload,
    is_cut_off,
    parse_response,
)
from scrapers.fetch.classify.classify_response import judge_response

logger = logging.getLogger(__name__)

_TRUNCATED_OUTCOMES = {
    "length": (Outcome.TOO_LARGE, "cut off: larger than we take"),
    "time": (Outcome.NETWORK_ERROR, "cut off: slower than we wait"),
    "disconnect": (Outcome.NETWORK_ERROR, "cut off: the connection ended too soon"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpretedResponse:
    """A response as parsed from its bytes."""

    response: Response | None  # None where the bytes are no HTTP response
    body: bytes  # decoded; b"" where it cannot be
    payload_sha256: str  # before content decoding; "" where there is none
    outcome: Outcome
    note: str

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return self.response.headers if self.response else ()


def interpret_response(
    block: bytes, truncated: str = "", *, limit: int = MAX_BODY_BYTES, cut_note: str = ""
) -> InterpretedResponse:
    """Parse `block`, the bytes of a response, and judge it; `truncated` as in WARC-Truncated.

    `cut_note` says why it was truncated, where that is not what the value says of our own captures.
    Whatever goes wrong is an outcome of this response: the caller stores its bytes all the same.
    """
    try:
        return _interpret(block, truncated, limit, cut_note)
    except Exception as error:  # noqa: BLE001 - the border of one exchange
        logger.info("a response cannot be interpreted: %s", type(error).__name__)
        note = f"cannot be decoded or judged: {type(error).__name__}"
        return InterpretedResponse(
            response=None, body=b"", payload_sha256="", outcome=Outcome.SUSPECT, note=note
        )


def _interpret(block: bytes, truncated: str, limit: int, cut_note: str) -> InterpretedResponse:
    try:
        response = parse_response(block)
    except FormatError as error:
        outcome, note = _TRUNCATED_OUTCOMES.get(truncated, (Outcome.NETWORK_ERROR, str(error)))
        note = cut_note or note
        return InterpretedResponse(
            response=None, body=b"", payload_sha256="", outcome=outcome, note=note
        )
    payload = extract_payload(block, response)
    body, outcome, note = _judge_payload(block, response, payload, truncated, limit)
    note = cut_note or note
    return InterpretedResponse(
        response=response,
        body=body,
        payload_sha256=sha256_hex(payload) if payload else "",
        outcome=outcome,
        note=note,
    )


def _judge_payload(
    block: bytes, response: Response, payload: bytes, truncated: str, limit: int
) -> tuple[bytes, Outcome, str]:
    try:
        decoded = decode_body(payload, response, limit=limit)
    except LimitError as error:
        return b"", Outcome.TOO_LARGE, str(error)
    except FormatError as error:
        return b"", Outcome.SUSPECT, f"Content-Encoding: {error}"
    body, ending = decoded.body, decoded.gzip_is_unfinished
    if not truncated and is_cut_off(block, response, gzip_is_unfinished=ending):
        truncated = "disconnect"
    if truncated:
        default = (Outcome.NETWORK_ERROR, f"cut off: {truncated}")
        return body, *_TRUNCATED_OUTCOMES.get(truncated, default)
    return body, *judge_response(response.status, response.headers, body)
