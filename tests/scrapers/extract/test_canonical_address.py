"""A page is filed under the canonical address that it names, where that is a copy of it."""

import pytest

from archive.urls.registrable_domain import registrable_domain
from scrapers.extract.canonical_address import choose_address

COPY = "https://www.fen.example/news/sluice"


@pytest.mark.parametrize(
    "url",
    [
        "http://www.fen.example/news/sluice",
        "https://fen.example/news/sluice",
        "https://amp.fen.example/news/sluice",
        "https://www.fen.example/news/sluice?utm_source=post",
        "https://www.fen.example/news/sluice/amp",
        "https://www.fen.example/news/sluice/print/",
        "https://www.fen.example/news/sluice/index.html",
        "https://www.fen.example/node/1234",
    ],
)
def test_a_copy_is_filed_under_the_canonical_address(url: str) -> None:
    assert choose_address(url, url, COPY).url == COPY


@pytest.mark.parametrize(
    "named",
    [
        "https://fen.example:443/news/1",
        "https://fen.example/news/1\u200b",
        "\ufeffhttps://fen.example/news/1",
        " /news/1 ",
        "//fen.example/news/1#top",
        "https://fen.example/news/1%E2%80%8B",
    ],
)
def test_a_canonical_address_is_normalized(named: str) -> None:
    own = "https://fen.example/node/1"

    assert choose_address(own, own, named).url == "https://fen.example/news/1"


@pytest.mark.parametrize(
    "named",
    [
        "https://mill.example/news/1",
        "https://other.co.uk/news/1",
        "https://fen.example/",
        "https://fen.example/?lang=en",
        "https://fen.example/en/",
        "https://fen.example/index.php",
        "https://fen.example/news/",
        "https://fen.example/news",
        "",
    ],
)
def test_another_site_a_home_page_and_a_list_are_no_address_of_the_page(named: str) -> None:
    own = "https://fen.example/news/1"

    assert choose_address(own, own, named).url == own


def test_a_canonical_address_that_is_none_is_told() -> None:
    own = "https://fen.example/news/1"

    choice = choose_address(own, own, "https://[fen.example/news/1")

    assert (choice.url, choice.refused) == (own, "https://[fen.example/news/1")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.mfa.gov.tr", "mfa.gov.tr"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("a.github.io", "a.github.io"),
        ("fen.example", "fen.example"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("www.xn--mller-kva.example", "xn--mller-kva.example"),
        ("fen.wordpress.com", "fen.wordpress.com"),
        ("m.fen.substack.com", "fen.substack.com"),
        ("www.house.gov", "house.gov"),
        ("www.reeve.house.gov", "reeve.house.gov"),
        ("wordpress.com", "wordpress.com"),
    ],
)
def test_a_registrable_domain_is_below_a_public_suffix(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain
