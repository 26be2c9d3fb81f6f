"""An HTTP server on 127.0.0.1 with scripted replies, certificates, and a stepping clock."""

import contextlib
import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.connection_server import Connection, ConnectionServer

Reply = bytes | Callable[[Connection], None]

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nNone"


class Publisher:
    """Replies to each path with given bytes, or calls a function with the connection.

    A list has one reply for each request; its last is repeated.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Reply | list[Reply]] = {}
        self.requests: list[bytes] = []  # whole requests
        self._scheme = "https" if tls else "http"
        self._server = ConnectionServer(self._serve, tls)
        self.port = self._server.port

    def url(self, path: str = "/") -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The requested paths, except robots.txt."""
        paths = [request.split(b" ")[1].decode() for request in self.requests]
        return [path for path in paths if path != "/robots.txt"]

    def _serve(self, connection: Connection) -> None:
        while request := read_head(connection):
            self.requests.append(request)
            reply = self._reply(request.split(b" ")[1].decode())
            if callable(reply):
                reply(connection)
                return
            connection.sendall(reply)

    def _reply(self, path: str) -> Reply:
        reply = self.pages.get(path, NOT_FOUND)
        if isinstance(reply, list):
            return reply.pop(0) if len(reply) > 1 else reply[0]
        return reply

    def close(self) -> None:
        """Disconnect everyone, and return when every thread has ended."""
        self._server.close()


def read_head(connection: Connection) -> bytes:
    """Return the bytes up to an empty line, b"" where the peer has disconnected."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            return b""
        head += piece
    return head


@contextlib.contextmanager
def serve_publisher(tls: ssl.SSLContext | None = None) -> Iterator[Publisher]:
    publisher = Publisher(tls)
    try:
        yield publisher
    finally:
        publisher.close()


def reply_with(*pieces: bytes, then: Callable[[Connection], None] = lambda _: None) -> Reply:
    """Send `pieces`, call `then`, and disconnect."""

    def speak(connection: Connection) -> None:
        for piece in pieces:
            connection.sendall(piece)
        then(connection)

    return speak


def stay_silent(connection: Connection) -> None:
    """Send nothing until the peer disconnects."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def drip_bytes(connection: Connection) -> None:
    """Send one byte after another, slowly, until the peer disconnects."""
    connection.settimeout(0.02)
    with contextlib.suppress(OSError):
        while True:
            connection.sendall(b"x")
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue


class SteppingClock:
    """A clock whose sleep returns at once and advances it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 4, 13, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def make_certificates(folder: Path, name: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """Make a CA and a server certificate; return the CA's file, and the server's TLS context."""
    authority, authority_key = _certificate("Test Authority", None, None)
    server, server_key = _certificate(name, authority, authority_key)
    authority_file = folder / "authority.pem"
    authority_file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    server_file = folder / "server.pem"
    encryption = serialization.NoEncryption()
    key_format = serialization.PrivateFormat.PKCS8
    server_file.write_bytes(
        server_key.private_bytes(serialization.Encoding.PEM, key_format, encryption)
        + server.public_bytes(serialization.Encoding.PEM)
        + authority.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_file)
    return authority_file, context


def _certificate(
    name: str,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    own = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    is_authority = issuer is None
    key_usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(key_usage, critical=True)  # Python 3.13 is strict about it
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
    )
    signer = (issuer_key or own).public_key()
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False
    )
    if not is_authority:
        host_name: x509.GeneralName = x509.DNSName(name)
        if name[0].isdigit():
            host_name = x509.IPAddress(ip_address(name))
        builder = builder.add_extension(x509.SubjectAlternativeName([host_name]), critical=False)
    return builder.sign(issuer_key or own, hashes.SHA256()), own


def request_header(request: bytes, name: str) -> str:
    """Return the header called `name` of a request, "" for none."""
    for connection in request.decode("latin-1").split("\r\n")[1:]:
        key, _, value = connection.partition(": ")
        if key.lower() == name.lower():
            return value
    return ""


def outcome_names(responses: Sequence[object]) -> list[str]:
    """Return the outcome of each response, by name."""
    return [response.capture.outcome.value for response in responses]  # type: ignore[attr-defined]
