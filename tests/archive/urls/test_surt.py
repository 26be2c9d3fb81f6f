import pytest

from archive.urls.surt import surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Press.example:443/Room?b=2&a=1#top", "example,press)/room?a=1&b=2"),
        ("http://press.example", "example,press)/"),
        ("http://press.example:8080/x", "example,press:8080)/x"),
        ("urn:collection:1", "urn:collection:1"),
        ("http://[broken/", "http://[broken/"),
    ],
)
def test_addresses_sort_as_web_archives_sort_them(url: str, key: str) -> None:
    assert surt(url) == key
