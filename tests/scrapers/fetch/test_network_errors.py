import http.client
import socket
import ssl

import pytest
import requests
import urllib3.exceptions as u3

from scrapers.fetch.network_errors import explain_network_error
from scrapers.fetch.ssrf_guard import RefusedAddressError


def wrapped(error: Exception) -> Exception:
    """Wrap `error` as libraries do: a reason in an argument in an exception."""
    pool: object = None
    return requests.ConnectionError(u3.MaxRetryError(pool, "http://a.example/", error))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("problem", "note", "again"),
    [
        (
            RefusedAddressError(None, "10.0.0.1: not public"),
            "not asked: 10.0.0.1: not public",
            False,
        ),  # type: ignore[arg-type]
        (ssl.SSLCertVerificationError("certificate verify failed"), "TLS: ", False),
        (u3.SSLError(ssl.SSLError(1, "handshake failure")), "TLS: ", False),
        (u3.ConnectTimeoutError(None, "slow"), "no connection in time", True),
        (TimeoutError("timed out"), "connected, but no answer in time", True),
        (ConnectionRefusedError(111, "Connection refused"), "connection refused", True),
        (ConnectionResetError(104, "reset"), "connection reset", True),
        (BrokenPipeError(32, "pipe"), "connection reset", True),
        (
            http.client.RemoteDisconnected("Remote end closed"),
            "connection closed without an answer",
            True,
        ),
        (socket.gaierror(socket.EAI_NONAME, "Name not known"), "no such host: ", False),
        (socket.gaierror(socket.EAI_AGAIN, "Try again"), "no such host: ", True),
        (requests.exceptions.InvalidURL("bad\nurl"), "not an address: bad url", False),
        (requests.exceptions.InvalidHeader("no"), "cannot be asked for: no", False),
        (http.client.BadStatusLine("x"), "ConnectionError: ", True),
    ],
)
def test_a_failure_has_a_short_note_and_is_retried_where_that_may_help(
    problem: Exception, note: str, again: bool
) -> None:
    note, retry = explain_network_error(wrapped(problem), timed_out=None)

    assert note.startswith(note)
    assert retry is again
    assert "\n" not in note
    assert "0x" not in note, "where an object lies in memory is nobody's business"


def test_the_total_timeout_takes_precedence_over_other_errors() -> None:
    note, again = explain_network_error(wrapped(OSError("bad file descriptor")), timed_out=60.0)

    assert (note, again) == ("no whole answer within 60 s", True)


def test_a_circular_chain_of_causes_ends() -> None:
    first, second = OSError("one"), OSError("other")
    first.__cause__, second.__cause__ = second, first

    assert explain_network_error(first, timed_out=None) == ("OSError: one", True)
