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
    with serving(tmp_path_factory.mktemp("tsa") / "local") as found:
        yield found


@pytest.fixture(scope="module")
def chained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with serving(tmp_path_factory.mktemp("tsa") / "chained", "chained", chain=True) as found:
        yield found


@pytest.fixture(scope="module")
def token(authority: Authority) -> bytes:
    return rfc3161.request_timestamp(authority, DATA, post)


def test_a_token_says_when_the_bytes_existed_and_who_says_so(
    authority: Authority, token: bytes
) -> None:
    stamp = rfc3161.verify_timestamp(token, DATA, authority.roots, name="token")

    assert abs(stamp.when - datetime.now(UTC)) < timedelta(minutes=1)
    assert stamp.signer == "CN=local stamps"
    assert stamp.expires > stamp.when + timedelta(days=3000)


def test_a_token_over_other_bytes_proves_nothing(authority: Authority, token: bytes) -> None:
    with pytest.raises(FixityError, match="token: recorded as a token that verifies"):
        rfc3161.verify_timestamp(token, b"another checkpoint", authority.roots, name="token")


def test_a_token_of_an_authority_we_do_not_trust_proves_nothing(
    token: bytes, chained: Authority
) -> None:
    with pytest.raises(FixityError, match="token that verifies"):
        rfc3161.verify_timestamp(token, DATA, chained.roots, name="token")


def test_a_token_with_its_whole_chain_is_good_too(chained: Authority) -> None:
    token = rfc3161.request_timestamp(chained, DATA, post)

    assert (
        rfc3161.verify_timestamp(token, DATA, chained.roots, name="token").signer
        == "CN=chained stamps"
    )


def test_openssl_reads_what_the_library_cannot(
    authority: Authority, token: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(data: bytes) -> None:
        raise ValueError("not in DER order")

    by_library = rfc3161.verify_timestamp(token, DATA, authority.roots, name="token")
    monkeypatch.setattr(rfc3161, "decode_timestamp_response", unreadable)

    assert rfc3161.verify_timestamp(token, DATA, authority.roots, name="token") == by_library
    with pytest.raises(FixityError, match="token that verifies"):
        rfc3161.verify_timestamp(token, b"other", authority.roots, name="token")


@pytest.mark.parametrize("damage", [b"", b"no token", b"\x30\x03\x02\x01\x00"])
def test_what_is_no_token_says_so(authority: Authority, damage: bytes) -> None:
    with pytest.raises(FormatError, match=r"broken.tsr: expected an RFC 3161 token"):
        rfc3161.verify_timestamp(damage, DATA, authority.roots, name="broken.tsr")


def test_an_old_answer_is_no_answer_to_a_new_question(authority: Authority, token: bytes) -> None:
    def replaying(url: str, body: bytes, media_type: str) -> bytes:
        return token

    with pytest.raises(FixityError, match="answer of local"):
        rfc3161.request_timestamp(authority, DATA, replaying)


def test_being_offline_is_said(authority: Authority) -> None:
    with pytest.raises(FetchError, match="no network"):
        rfc3161.request_timestamp(authority, DATA, unreachable)


def test_an_authority_has_a_name_that_fits_a_file() -> None:
    with pytest.raises(FormatError, match="expected a name"):
        Authority("../x", "http://x", b"")


@pytest.mark.parametrize("place", range(0, 1200, 97))
def test_a_token_with_one_bit_changed_is_refused_or_says_the_same(
    authority: Authority, token: bytes, place: int
) -> None:
    changed = bytearray(token)
    changed[place % len(token)] ^= 1
    whole = rfc3161.verify_timestamp(token, DATA, authority.roots, name="token")

    try:
        stamp = rfc3161.verify_timestamp(bytes(changed), DATA, authority.roots, name="token")
    except (FixityError, FormatError):
        return
    assert stamp.when == whole.when
