"""Record the bytes of HTTP exchanges as sent and received, inside TLS, below `requests`.

Each request has a recording of its own, so that threads and reused connections cannot mix them up.
urllib3's connection classes are replaced through an adapter; nothing is patched.
"""

import contextlib
import hashlib
import io
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.contrib.socks import (
    SOCKSConnection,
    SOCKSHTTPConnectionPool,
    SOCKSHTTPSConnection,
    SOCKSHTTPSConnectionPool,
)

from archive.warc.capture_metadata import TlsSession
from scrapers.fetch.ssrf_guard import PublicAddressConnection

_BUFFER_BYTES = 65536
_ENCODING_DER = 2  # _ssl.ENCODING_DER
_UNLIMITED = 1 << 62


class OverLimitError(OSError):
    """The response is larger than the limit."""


@dataclass(slots=True)
class ExchangeRecording:
    """The bytes of one exchange."""

    limit: int = _UNLIMITED  # bytes of the response; more is not read
    head_limit: int = _UNLIMITED  # of them before the body
    started_ns: int = field(default_factory=time.time_ns)
    ended_ns: int = 0  # when the last byte was received; 0 for none
    request: bytearray = field(default_factory=bytearray)
    response: bytearray = field(default_factory=bytearray)
    head_complete: bool = False  # all headers of the response were received
    over_limit: bool = False
    ip: str = ""  # of the socket's peer
    tls: TlsSession | None = None

    def append(self, piece: memoryview) -> None:
        """Append `piece` to the response; OverLimitError beyond the limit."""
        self.response += piece
        self.ended_ns = time.time_ns()
        limit = (
            self.limit if self.head_complete else min(self.limit, self.head_limit + _BUFFER_BYTES)
        )
        if len(self.response) > limit:
            self.over_limit = True
            raise OverLimitError(f"more than {limit} bytes")


@dataclass(slots=True)
class Recorder:
    """Records the requests of one thread; another thread may stop them."""

    limit: int = _UNLIMITED
    head_limit: int = _UNLIMITED
    recording: ExchangeRecording | None = None  # of the latest request
    stopped: bool = False
    _socket: socket.socket | None = None

    def watch(self, sock: socket.socket) -> None:
        """Keep a duplicate descriptor of `sock`, so that `stop` works after TLS detaches it."""
        self._close()
        self._socket = socket.socket(fileno=os.dup(sock.fileno()))
        if self.stopped:
            self.stop()

    def stop(self) -> None:
        """Shut the connection down: a pending read returns end of file."""
        self.stopped = True
        if self._socket:
            with contextlib.suppress(OSError):  # closed by the server already
                self._socket.shutdown(socket.SHUT_RDWR)

    def _close(self) -> None:
        sock, self._socket = self._socket, None
        if sock:
            sock.close()


_RECORDER: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


@contextlib.contextmanager
def record_requests(recorder: Recorder) -> Iterator[Recorder]:
    """Record this thread's requests through a `RecordingAdapter` in `recorder`."""
    token = _RECORDER.set(recorder)
    try:
        yield recorder
    finally:
        _RECORDER.reset(token)
        recorder._close()


class _RecordingStream(io.RawIOBase):
    """A raw stream that copies each byte http.client reads into a recording."""

    def __init__(self, raw: Any, recording: ExchangeRecording) -> None:
        self._raw, self._recording = raw, recording

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = cast(int | None, self._raw.readinto(buffer))
        if count:
            # Only what was read: the rest of the buffer is from an earlier read.
            self._recording.append(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _RecordedResponse(HTTPResponse):
    """http.client's response, reading through a `_RecordingStream`."""

    def __init__(self, sock: Any, *args: Any, recording: ExchangeRecording, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(
            _RecordingStream(sock.makefile("rb", buffering=0), recording), _BUFFER_BYTES
        )
        self._recording = recording

    def begin(self) -> None:
        super().begin()
        self._recording.head_complete = True


class RecordingConnection:
    """A mixin, to be put before a urllib3 connection class, that records its exchanges."""

    recording: ExchangeRecording | None = None
    _tls: TlsSession | None = None

    def connect(self) -> None:
        # A proxy's CONNECT is sent here, unrecorded: it is not part of the exchange.
        connection, recording = cast(Any, self), self.recording
        self.recording = None
        connection.response_class = HTTPResponse
        super().connect()  # type: ignore[misc]
        self._tls = tls_session(connection.sock)
        self._start_recording(recording)

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        if recorder := _RECORDER.get():
            recorder.watch(sock)
        return sock

    def putrequest(self, *args: Any, **options: Any) -> None:
        recorder = _RECORDER.get()
        sock = cast(Any, self).sock
        if recorder is None:
            self._start_recording(None)
        else:
            if sock is not None:
                recorder.watch(sock)
            recorder.recording = ExchangeRecording(recorder.limit, recorder.head_limit)
            self._start_recording(recorder.recording)
        super().putrequest(*args, **options)  # type: ignore[misc]

    def _start_recording(self, recording: ExchangeRecording | None) -> None:
        self.recording = recording
        cast(Any, self).response_class = (
            HTTPResponse if recording is None else _response_class(recording)
        )

    def send(self, data: Any) -> None:
        super().send(data)  # type: ignore[misc]
        recording = self.recording
        if recording is not None and isinstance(data, bytes | bytearray | memoryview):
            recording.request += data
            recording.ip = cast(Any, self).sock.getpeername()[0]
            recording.tls = self._tls


def _response_class(recording: ExchangeRecording) -> Callable[..., HTTPResponse]:
    return lambda *args, **options: _RecordedResponse(*args, recording=recording, **options)


def tls_session(sock: Any) -> TlsSession | None:
    """Return the TLS version, cipher and certificates of `sock`; None for a plain socket."""
    if not isinstance(sock, ssl.SSLSocket):
        return None
    leaf = sock.getpeercert(binary_form=True)
    cipher = sock.cipher()
    if leaf is None or cipher is None:
        return None
    return TlsSession(
        version=sock.version() or "",
        cipher=cipher[0],
        leaf_sha256=hashlib.sha256(leaf).hexdigest(),
        chain=_certificate_chain(sock) or (leaf,),
    )


def _certificate_chain(sock: ssl.SSLSocket) -> tuple[bytes, ...]:
    """Return the certificates that the server sent, in DER; public from Python 3.13 on."""
    public_method = getattr(sock, "get_unverified_chain", None)
    if public_method is not None:
        return tuple(public_method())
    private_method = getattr(getattr(sock, "_sslobj", None), "get_unverified_chain", None)
    return (
        tuple(certificate.public_bytes(_ENCODING_DER) for certificate in private_method() or ())
        if private_method
        else ()
    )


class _HttpConnection(RecordingConnection, PublicAddressConnection, HTTPConnection):
    pass


class _HttpsConnection(RecordingConnection, PublicAddressConnection, HTTPSConnection):
    pass


class _HttpProxyConnection(RecordingConnection, HTTPConnection):
    pass


class _HttpsProxyConnection(RecordingConnection, HTTPSConnection):
    pass


# The plain classes must never serve a SOCKS manager: they would connect directly, past Tor.
class _HttpSocksConnection(RecordingConnection, SOCKSConnection):
    pass


class _HttpsSocksConnection(RecordingConnection, SOCKSHTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _HttpProxyPool(HTTPConnectionPool):
    ConnectionCls = _HttpProxyConnection


class _HttpsProxyPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsProxyConnection


class _HttpSocksPool(SOCKSHTTPConnectionPool):
    ConnectionCls = _HttpSocksConnection


class _HttpsSocksPool(SOCKSHTTPSConnectionPool):
    ConnectionCls = _HttpsSocksConnection


class RecordingAdapter(HTTPAdapter):
    """Serves a requests session with connections that record, and go to public addresses only.

    A proxy resolves names and connects itself: call `ssrf_guard.refusal_reason` before.
    """

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = {"http": _HttpSocksPool, "https": _HttpsSocksPool}
        else:
            manager.pool_classes_by_scheme = {"http": _HttpProxyPool, "https": _HttpsProxyPool}
        return manager
