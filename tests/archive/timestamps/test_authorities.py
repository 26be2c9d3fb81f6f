from pathlib import Path

import pytest

from archive.errors import FormatError
from archive.timestamps import authorities
from archive.timestamps.rfc3161 import Authority
from tests.support.timestamp_authority import LocalAuthority


@pytest.fixture
def local(tmp_path: Path) -> Authority:
    roots = LocalAuthority(tmp_path / "tsa", "local", days=9, chain=False).roots
    return Authority("local", "https://tsa.example/", roots)


def test_an_authority_that_was_added_is_known(tmp_path: Path, local: Authority) -> None:
    authorities.add(tmp_path, local)

    assert authorities.load(tmp_path) == [local]
    assert authorities.roots(tmp_path) == {"local": local.roots}


@pytest.mark.parametrize("url", ["ftp://tsa.example/", "tsa.example", "https://a\nb"])
def test_an_invalid_address_is_refused(tmp_path: Path, local: Authority, url: str) -> None:
    with pytest.raises(FormatError, match="expected a URL"):
        authorities.add(tmp_path, Authority("local", url, local.roots))


def test_invalid_certificates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected root certificates in PEM"):
        authorities.add(tmp_path, Authority("local", "https://tsa.example/", b"nothing"))


def test_a_file_without_an_address_is_refused(tmp_path: Path, local: Authority) -> None:
    path = authorities.add(tmp_path, local)
    path.write_bytes(local.roots)

    with pytest.raises(FormatError, match="in its first line"):
        authorities.load(tmp_path)
