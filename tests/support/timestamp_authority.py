"""A timestamp authority on this machine: `openssl ts` behind HTTP, with its own certificate."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from archive.errors import FetchError
from archive.timestamps.rfc3161 import Authority

_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
{chain}
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: str,
    key: EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: EllipticCurvePrivateKey,
    days: int,
) -> x509.Certificate:
    now = datetime.now(UTC)
    root = subject == issuer
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not root,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=root,
                crl_sign=root,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if not root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, SHA256())


class LocalAuthority:
    """Answers RFC 3161 requests with `openssl ts` and the machine's own clock."""

    def __init__(self, folder: Path, name: str, *, days: int, chain: bool) -> None:
        folder.mkdir(parents=True)
        self.folder, self.name = folder, name
        root_key, key = new_key(SECP256R1()), new_key(SECP256R1())
        root = _certificate(f"{name} root", root_key, f"{name} root", root_key, 3650)
        certificate = _certificate(f"{name} stamps", key, f"{name} root", root_key, days)
        self.roots = root.public_bytes(Encoding.PEM)
        (folder / "root.pem").write_bytes(self.roots)
        (folder / "tsa.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(pem)
        (folder / "serial").write_text("01\n")
        config = _CONFIG.format(chain="certs = root.pem" if chain else "")
        (folder / "ts.cnf").write_text(config)

    def stamp(self, request: bytes) -> bytes:
        """Return the answer to an RFC 3161 request."""
        (self.folder / "query").write_bytes(request)
        reply = ["ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-out", "reply"]
        subprocess.run(["openssl", *reply], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply").read_bytes()


@contextmanager
def serving(
    folder: Path, name: str = "local", *, days: int = 3650, chain: bool = False
) -> Iterator[Authority]:
    """Run an authority on 127.0.0.1; `chain` makes its tokens carry the root as well."""
    local = LocalAuthority(folder, name, days=days, chain=chain)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = local.stamp(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Authority(name, f"http://127.0.0.1:{server.server_port}/", local.roots)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(url: str, body: bytes, media_type: str) -> bytes:
    """Post a request, as the program's HTTP client does."""
    try:
        request = Request(url, body, {"Content-Type": media_type})  # noqa: S310
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return bytes(answer.read())
    except URLError as error:
        raise FetchError(f"{url}: {error.reason}") from error


def unreachable(url: str, body: bytes, media_type: str) -> bytes:
    """Raise FetchError, as when offline."""
    raise FetchError(f"{url}: no network")
