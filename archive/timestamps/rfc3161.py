"""RFC 3161 timestamps: ask an authority, and check what it answered.

The answer is kept as it came. It is checked with rfc3161-client, and where that cannot read it
(certificates not in DER order, which `openssl ts` writes for a chain) with `openssl ts -verify`.
Both check the authority's certificate at the time the token states: whether the certificate has run
out since is `Stamp.expires`, and what was done about it is `archive.timestamps.renewal`'s subject.
"""

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

REQUEST_TYPE = "application/timestamp-query"

# url, body, media type → the answer's body; FetchError where there is none.
Post = Callable[[str, bytes, str], bytes]

_GENERATED = re.compile(r"^Time stamp: (.+?)(?:\.(\d+))?( \d{4}) GMT$", re.MULTILINE)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Authority:
    """A timestamp authority, and the root certificates by which we trust it."""

    name: str  # as in file names: a-z, 0-9 and hyphens
    url: str
    roots: bytes  # PEM, one certificate or more

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise FormatError(f"authority: expected a name of a-z, 0-9, -, found {self.name!r}")


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a good token says: these bytes existed at `when`, on the word of `signer`."""

    when: datetime
    signer: str  # subject of the certificate
    expires: datetime  # of the certificate; after this the token needs a newer one over it


def request_timestamp(authority: Authority, data: bytes, post: Post) -> bytes:
    """Return the authority's token over `data`, checked.

    FetchError where it could not be asked, FixityError or FormatError where its answer is no good.
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
    """Return what `token` says of `data`, trusting the PEM certificates `roots`.

    FixityError where it is over other bytes or not vouched for; FormatError where it is no token.
    """
    try:
        answer = decode_timestamp_response(token)
        signer = _signer(answer)
    except ValueError as error:
        return _check_with_openssl(token, data, roots, name=name, nonce=nonce, cause=error)
    verifier = VerifierBuilder(roots=certificates(roots, name), nonce=nonce).build()
    try:
        verifier.verify_message(answer, data)
    except (VerificationError, ValueError) as error:
        # A set out of DER order also ends here, and then the signature cannot be judged.
        if which("openssl"):
            return _check_with_openssl(token, data, roots, name=name, nonce=nonce, cause=error)
        raise FixityError(name, "a token that verifies", str(error)) from error
    return Timestamp(
        when=answer.tst_info.gen_time.astimezone(UTC),
        signer=signer.subject.rfc4514_string(),
        expires=signer.not_valid_after_utc,
    )


def _signer(answer: TimeStampResponse) -> x509.Certificate:
    held = [x509.load_der_x509_certificate(der) for der in answer.signed_data.certificates]
    for info in answer.signed_data.signer_infos:
        for certificate in held:
            if (certificate.issuer, certificate.serial_number) == (info.issuer, info.serial_number):
                return certificate
    raise ValueError("no certificate of the signer in the token")


def certificates(pem: bytes, name: str) -> list[x509.Certificate]:
    """Return the certificates in `pem`; FormatError where there is none."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise FormatError(f"{name}: expected root certificates in PEM") from error


def _check_with_openssl(
    token: bytes, data: bytes, roots: bytes, *, name: str, nonce: int | None, cause: Exception
) -> Timestamp:
    """Do as `check`, with the openssl command, at the time that the token states."""
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
        generated = _GENERATED.search(text)
        if not generated:
            raise FormatError(f"{name}: expected an RFC 3161 token ({cause})") from cause
        if nonce is not None and not re.search(f"^Nonce: 0x0*{nonce:X}$", text, re.MULTILINE):
            raise FixityError(name, "an answer to this request", "one to another") from cause
        when = datetime.strptime(f"{generated[1]}{generated[3]} +0000", "%b %d %H:%M:%S %Y %z")
        at = ("-attime", str(int(when.timestamp())))
        files = ("-in", "token", "-data", "data", "-CAfile", "roots")
        verdict = run("ts", "-verify", *files, *at)
        if verdict.returncode:
            words = verdict.stderr.decode(errors="replace").strip().splitlines()
            raise FixityError(name, "a token that verifies", words[-1][-120:]) from cause
        run("ts", "-reply", "-in", "token", "-token_out", "-out", "p7")
        pem = run("pkcs7", "-inform", "DER", "-in", "p7", "-print_certs").stdout
    held = certificates(pem, name)
    signer = min(held, key=lambda certificate: not _stamps(certificate))
    return Timestamp(when, signer.subject.rfc4514_string(), signer.not_valid_after_utc)


def _stamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage.value
