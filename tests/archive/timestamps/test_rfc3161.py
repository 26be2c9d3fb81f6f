from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from archive.errors import FetchError, FixityError, FormatError
from archive.timestamps import rfc3161
from archive.timestamps.rfc3161 import Authority
from tests.support.timestamp_authority import post, serving, unreachable

DATA = b"a checkpoint"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with serving(tmp_path_factory.mktemp("tsa") / "local") as authority:
        yield authority


@pytest.fixture(scope="module")
def chained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with serving(tmp_path_factory.mktemp("tsa") / "chained", "chained", chain=True) as authority:
        yield authority


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    return rfc3161.request_timestamp(authority, DATA, post)


def test_a_token_states_when_the_bytes_existed_and_its_signer(
    authority: Authority, token: bytes
) -> None:
    timestamp = rfc3161.verify_timestamp(token, DATA, authority.roots, name="token")

    assert abs(timestamp.when - datetime.now(UTC)) < timedelta(minutes=1)
    assert timestamp.signer == "CN=local stamps"
    assert timestamp.expires > timestamp.when + timedelta(days=3000)


def test_a_token_over_other_bytes_proves_nothing(authority: Authority, token: bytes) -> None:
    with pytest.raises(FixityError, match="token: recorded as a token that verifies"):
        rfc3161.verify_timestamp(token, b"another checkpoint", authority.roots, name="token")


def test_a_token_of_an_authority_we_do_not_trust_proves_nothing(
    token: bytes, chained: Authority
) -> None:
    with pytest.raises(FixityError, match="token that verifies"):
        rfc3161.verify_timestamp(token, DATA, chained.roots, name="token")


def test_a_token_with_its_whole_chain_is_valid_too(chained: Authority) -> None:
    token = rfc3161.request_timestamp(chained, DATA, post)

    assert (
        rfc3161.verify_timestamp(token, DATA, chained.roots, name="token").signer
        == "CN=chained stamps"
    )


def test_openssl_reads_what_the_library_cannot(
    authority: Authority, token: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(data: bytes) -> None:
        raise ValueError("not in DER order")

    by_library = rfc3161.verify_timestamp(token, DATA, authority.roots, name="token")
    monkeypatch.setattr(rfc3161, "decode_timestamp_response", refuse)

    assert rfc3161.verify_timestamp(token, DATA, authority.roots, name="token") == by_library
    with pytest.raises(FixityError, match="token that verifies"):
        rfc3161.verify_timestamp(token, b"other", authority.roots, name="token")


@pytest.mark.parametrize("damage", [b"", b"no token", b"\x30\x03\x02\x01\x00"])
def test_bytes_that_are_no_token_are_refused(authority: Authority, damage: bytes) -> None:
    with pytest.raises(FormatError, match=r"broken.tsr: expected an RFC 3161 token"):
        rfc3161.verify_timestamp(damage, DATA, authority.roots, name="broken.tsr")


def test_the_response_to_an_earlier_request_is_refused(authority: Authority, token: bytes) -> None:
    def replay(url: str, body: bytes, media_type: str) -> bytes:
        return token

    with pytest.raises(FixityError, match="answer of local"):
        rfc3161.request_timestamp(authority, DATA, replay)


def test_being_offline_raises_fetch_error(authority: Authority) -> None:
    with pytest.raises(FetchError, match="no network"):
        rfc3161.request_timestamp(authority, DATA, unreachable)


def test_an_authority_has_a_name_that_fits_a_file() -> None:
    with pytest.raises(FormatError, match="expected a name"):
        Authority("../x", "http://x", b"")


@pytest.mark.parametrize("position", range(0, 1200, 97))
def test_a_token_with_one_bit_changed_is_refused_or_states_the_same(
    authority: Authority, token: bytes, position: int
) -> None:
    changed = bytearray(token)
    changed[position % len(token)] ^= 1
    original = rfc3161.verify_timestamp(token, DATA, authority.roots, name="token")

    try:
        timestamp = rfc3161.verify_timestamp(bytes(changed), DATA, authority.roots, name="token")
    except (FixityError, FormatError):
        return
    assert timestamp.when == original.when
