"""Explain a failed request in a short note, and say whether a retry may help."""

import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as u3

from archive.warc.record_header import strip_control_characters
from scrapers.fetch.ssrf_guard import RefusedAddressError

_MAX_MESSAGE_CHARACTERS = 200


def explain_network_error(
    problem: Exception | None, *, timed_out: float | None
) -> tuple[str, bool]:
    """Return a note on `problem`, and whether a retry may help.

    `timed_out` is the total timeout in seconds where that ended the request, else None.
    """
    if timed_out is not None:
        return f"no whole answer within {timed_out:g} s", True
    for error in _causes(problem):
        if explanation := _explain_known_error(error):
            return explanation
    return f"{type(problem).__name__}: {_message(problem)}", True


def explain_our_limit(problem: Exception | None) -> str:
    """Return a note where `problem` is a limit of ours (http.client's) on heads; "" otherwise."""
    for error in _causes(problem):
        if isinstance(error, http.client.LineTooLong):
            return "cut off: a line of its head has more than 65536 bytes, our limit"
        if type(error) is http.client.HTTPException:  # raised for nothing else
            return "cut off: its head has more than 100 lines, our limit"
    return ""


def _explain_known_error(error: BaseException) -> tuple[str, bool] | None:
    match error:
        case RefusedAddressError():
            return f"not asked: {_message(error)}", False
        case ssl.SSLError():
            reasons = (getattr(error, name, "") for name in ("verify_message", "reason"))
            reason = next((text for text in reasons if text), "") or _message(error)
            return f"TLS: {strip_control_characters(str(reason))}", False
        case socket.gaierror():
            return f"no such host: {_message(error)}", error.errno == socket.EAI_AGAIN
        case u3.ConnectTimeoutError():
            return "no connection in time", True
        case u3.ReadTimeoutError() | TimeoutError():
            return "connected, but no answer in time", True
        case ConnectionRefusedError():
            return "connection refused", True
        case http.client.RemoteDisconnected():  # a ConnectionResetError as well
            return "connection closed without an answer", True
        case ConnectionResetError() | BrokenPipeError():
            return "connection reset", True
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema():
            return f"not an address: {_message(error)}", False
        case requests.exceptions.InvalidHeader():
            return f"cannot be asked for: {_message(error)}", False
    return None


def _message(error: BaseException | None) -> str:
    # urllib3 puts the connection's repr, with its memory address, before the message.
    text = strip_control_characters(str(error))
    return (
        text.rpartition("object at 0x")[2].partition(": ")[2][:_MAX_MESSAGE_CHARACTERS]
        or text[:_MAX_MESSAGE_CHARACTERS]
    )


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield the causes of `problem`, innermost first; libraries keep them in various attributes."""
    causes: list[BaseException] = []
    pending = [problem]
    while pending:
        error = pending.pop()
        if not isinstance(error, BaseException) or any(error is known for known in causes):
            continue
        causes.append(error)
        inner = (getattr(error, "reason", None), error.__cause__, error.__context__, *error.args)
        pending += [known for known in inner if isinstance(known, BaseException)]
    return reversed(causes)
