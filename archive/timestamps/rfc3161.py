"""RFC 3161 timestamps: request a token from an authority, and verify tokens.

The response is stored as received. It is verified with rfc3161-client, and where that cannot read
it (certificates not in DER order, which `openssl ts` writes for a chain) with `openssl ts -verify`.
Both verify the authority's certificate at the time the token states; the certificate's end is
`Timestamp.expires`, before which `archive.timestamps.renewal` renews the token.
"""

import logging
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from archive.errors import FixityError, FormatError

logger = logging.getLogger(__name__)

REQUEST_TYPE = "application/timestamp-query"

# (url, body, media type) → the response's body; FetchError where there is none.
Post = Callable[[str, bytes, str], bytes]

_TIME_PATTERN = re.compile(r"^Time stamp: (.+?)(?:\.(\d+))?( \d{4}) GMT$", re.MULTILINE)
_NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Authority:
    """A timestamp authority, and the root certificates that its tokens must chain to."""

    name: str  # as in file names: a-z, 0-9 and hyphens
    url: str
    roots: bytes  # PEM, one certificate or more

    def __post_init__(self) -> None:
        if not _NAME_PATTERN.fullmatch(self.name):
            raise FormatError(f"authority: expected a name of a-z, 0-9, -, found {self.name!r}")


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a valid token states: these bytes existed at `when`, signed by `signer`."""

    when: datetime
    signer: str  # subject of the certificate
    expires: datetime  # of the certificate; after this the token needs a newer one over it


def request_timestamp(authority: Authority, data: bytes, post: Post) -> bytes:
    """Return the authority's token over `data`, verified.

    FetchError where it is unreachable, FixityError or FormatError where its response is invalid.
    """
    request = (
        TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce().build()
    )
    token = post(authority.url, request.as_bytes(), REQUEST_TYPE)
    verify_timestamp(
        token, data, authority.roots, name=f"answer of {authority.name}", nonce=request.nonce
    )
    return token


def verify_timestamp(
    token: bytes, data: bytes, roots: bytes, *, name: str, nonce: int | None = None
) -> Timestamp:
    """Return what `token` states of `data`, trusting the PEM certificates `roots`.

    FixityError where it is over other bytes or its signature is not trusted; FormatError where it
    is no token.
    """
    try:
        response = decode_timestamp_response(token)
        signer = _signer(response)
    except ValueError as error:
        return _verify_with_openssl(token, data, roots, name=name, nonce=nonce, cause=error)
    verifier = VerifierBuilder(roots=certificates(roots, name), nonce=nonce).build()
    try:
        verifier.verify_message(response, data)
    except (VerificationError, ValueError) as error:
        # A set out of DER order also fails here, and then the signature cannot be judged.
        if which("openssl"):
            return _verify_with_openssl(token, data, roots, name=name, nonce=nonce, cause=error)
        raise FixityError(name, "a token that verifies", str(error)) from error
    return Timestamp(
        when=response.tst_info.gen_time.astimezone(UTC),
        signer=signer.subject.rfc4514_string(),
        expires=signer.not_valid_after_utc,
    )


def _signer(response: TimeStampResponse) -> x509.Certificate:
    embedded = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
    for info in response.signed_data.signer_infos:
        for certificate in embedded:
            if (certificate.issuer, certificate.serial_number) == (info.issuer, info.serial_number):
                return certificate
    raise ValueError("no certificate of the signer in the token")


def certificates(pem: bytes, name: str) -> list[x509.Certificate]:
    """Return the certificates in `pem`; FormatError where there is none."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise FormatError(f"{name}: expected root certificates in PEM") from error


def _verify_with_openssl(
    token: bytes, data: bytes, roots: bytes, *, name: str, nonce: int | None, cause: Exception
) -> Timestamp:
    """Verify as `verify_timestamp` does, with the openssl command, at the time the token states."""
    openssl = which("openssl")
    if openssl is None:
        raise FormatError(f"{name}: cannot be read ({cause}), and there is no openssl") from cause
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for file, content in (("token", token), ("data", data), ("roots", roots)):
            (folder / file).write_bytes(content)

        def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
            return subprocess.run(  # noqa: S603
                [openssl, *arguments], cwd=folder, capture_output=True, check=False
            )

        text = run("ts", "-reply", "-in", "token", "-text").stdout.decode(errors="replace")
        time = _TIME_PATTERN.search(text)
        if not time:
            raise FormatError(f"{name}: expected an RFC 3161 token ({cause})") from cause
        if nonce is not None and not re.search(f"^Nonce: 0x0*{nonce:X}$", text, re.MULTILINE):
            raise FixityError(name, "a response to this request", "one to another") from cause
        when = datetime.strptime(f"{time[1]}{time[3]} +0000", "%b %d %H:%M:%S %Y %z")
        at_time = ("-attime", str(int(when.timestamp())))
        files = ("-in", "token", "-data", "data", "-CAfile", "roots")
        result = run("ts", "-verify", *files, *at_time)
        logger.debug("openssl ts -verify: exit code %d", result.returncode)
        if result.returncode:
            messages = result.stderr.decode(errors="replace").strip().splitlines()
            raise FixityError(name, "a token that verifies", messages[-1][-120:]) from cause
        run("ts", "-reply", "-in", "token", "-token_out", "-out", "p7")
        pem = run("pkcs7", "-inform", "DER", "-in", "p7", "-print_certs").stdout
    embedded = certificates(pem, name)
    signer = min(embedded, key=lambda certificate: not _is_timestamping(certificate))
    return Timestamp(when, signer.subject.rfc4514_string(), signer.not_valid_after_utc)


def _is_timestamping(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage.value
