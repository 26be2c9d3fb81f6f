"""Tools compute WARC-Payload-Digest by different rules; each that we know is accepted."""

import base64
import gzip
import hashlib
import io

import pytest

from archive.warc.payload_digest import has_right_block_digest, wrong_payload_digest
from archive.warc.record_reader import Record, scan_records
from tests.support.warc_files import foreign_record, http_response

BODY = b"<p>The quay is closed until the crane is mended.</p>"
PACKED = gzip.compress(BODY)


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


CHUNKED = http_response(chunked(BODY), b"Transfer-Encoding: chunked")
CODED = http_response(PACKED, b"Content-Encoding: gzip")
BOTH = http_response(chunked(PACKED), b"Content-Encoding: gzip", b"Transfer-Encoding: chunked")
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n" + http_response(BODY)


def in_base32(data: bytes, name: str = "sha1") -> str:
    return f"{name}:{base64.b32encode(hashlib.new(name, data).digest()).decode()}"


def in_hex(data: bytes, name: str) -> str:
    return f"{name}:{hashlib.new(name, data).hexdigest()}"


def in_base64(data: bytes, name: str) -> str:
    return f"{name}:{base64.b64encode(hashlib.new(name, data).digest()).decode()}"


def record(block: bytes, *fields: str, kind: str = "response") -> Record:
    data = io.BytesIO(foreign_record(block, kind=kind, fields=fields))
    (result,) = scan_records(data, verify=True)
    assert isinstance(result, Record)
    return result


@pytest.mark.parametrize(
    ("block", "digested"),
    [
        (http_response(BODY), BODY),
        (CHUNKED, BODY),
        (CHUNKED, chunked(BODY)),
        (CODED, PACKED),
        (CODED, BODY),
        (BOTH, chunked(PACKED)),
        (BOTH, PACKED),
        (BOTH, BODY),
        (INTERIM, BODY),
        (INTERIM, http_response(BODY)),
        (CHUNKED, CHUNKED),
        (b"no HTTP at all", b"no HTTP at all"),
    ],
)
def test_a_digest_by_each_known_rule_is_right(block: bytes, digested: bytes) -> None:
    assert wrong_payload_digest(record(block, f"WARC-Payload-Digest: {in_base32(digested)}")) == ""


@pytest.mark.parametrize(
    "stated",
    [
        in_base32(BODY, "sha256").rstrip("="),
        in_hex(BODY, "md5"),
        in_hex(BODY, "sha256").upper(),
        in_hex(BODY, "sha384"),
        in_base64(BODY, "sha256"),
        in_base64(BODY, "sha512").rstrip("=").replace("+", "-").replace("/", "_"),
        "blake9:ABC",
        "ABC",
    ],
)
def test_a_digest_is_right_in_each_spelling_or_not_known(stated: str) -> None:
    assert wrong_payload_digest(record(CHUNKED, f"WARC-Payload-Digest: {stated}")) == ""


@pytest.mark.parametrize("kind", ["response", "resource"])
def test_a_digest_of_other_bytes_is_wrong(kind: str) -> None:
    stated = in_base32(b"other")

    assert wrong_payload_digest(record(BODY, f"WARC-Payload-Digest: {stated}", kind=kind)) == stated


def test_the_payload_of_a_revisit_is_elsewhere() -> None:
    fields = f"WARC-Payload-Digest: {in_base32(b'other')}"

    assert wrong_payload_digest(record(BODY, fields, kind="revisit")) == ""


@pytest.mark.parametrize(
    ("stated", "is_right"), [(in_base32(BODY), True), (in_base32(b"other"), False), ("x:y", False)]
)
def test_only_a_block_digest_that_can_be_computed_speaks_for_the_bytes(
    stated: str, is_right: bool
) -> None:
    assert has_right_block_digest(record(BODY, f"WARC-Block-Digest: {stated}")) is is_right
