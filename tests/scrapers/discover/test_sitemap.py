import gzip

import pytest

from archive.errors import FormatError, LimitError
from scrapers.discover.sitemap import decompress, find
from scrapers.source_format.source import Source
from tests.support.bank_of_ruritania import bank_source
from tests.support.shared_captures import capture

URL = "https://bank.ruritania.example/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@pytest.fixture
def bank() -> Source:
    return bank_source(way="sitemap", urls=[URL], within="speeches")


def urls(*paths: str) -> bytes:
    entries = "".join(
        f"<url><loc> https://bank.ruritania.example{path} </loc><lastmod>2024-01-02</lastmod></url>"
        for path in paths
    )
    return f"<?xml version='1.0'?><urlset {SPACE}>{entries}</urlset>".encode()


def test_a_sitemap_names_this_sources_pages_once(bank: Source) -> None:
    body = urls("/speeches/1", "/about", "/speeches/2", "/speeches/1")

    result, items = find(capture(URL, body), bank, bank.listings[0])

    assert [address.url[-11:] for address in result.addresses] == ["/speeches/1", "/speeches/2"]
    assert result.addresses[0].issued is None
    assert items == []


def test_a_gzipped_sitemap_is_unpacked(bank: Source) -> None:
    result, _ = find(capture(URL, gzip.compress(urls("/speeches/1"))), bank, bank.listings[0])

    assert len(result.addresses) == 1


def test_an_index_names_further_sitemaps_but_never_itself(bank: Source) -> None:
    places = [URL, URL + "?speeches=1", URL + "?speeches=1", URL + "?people"]
    entries = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    body = f"<sitemapindex {SPACE}>{entries}</sitemapindex>".encode()

    result, _ = find(capture(URL, body), bank, bank.listings[0])

    assert result.listings == (URL + "?speeches=1",)


def test_a_bad_address_is_one_problem_of_the_sitemap(bank: Source) -> None:
    index = (
        f"<sitemapindex {SPACE}><sitemap><loc>http://[bad/speeches</loc></sitemap></sitemapindex>"
    )

    result, _ = find(capture(URL, index.encode()), bank, bank.listings[0])
    other, _ = find(
        capture(
            URL, urls("/speeches/1").replace(b"<url>", b"<url><loc>http://[b/</loc></url><url>")
        ),
        bank,
        bank.listings[0],
    )

    assert result.listings == ()
    assert [problem.found for problem in result.problems] == ["'http://[bad/speeches'"]
    assert [address.url[-11:] for address in other.addresses] == ["/speeches/1"]
    assert [problem.found for problem in other.problems] == ["'http://[b/'"]


def test_an_address_in_a_sitemap_is_written_in_the_form_of_the_standard(bank: Source) -> None:
    result, _ = find(capture(URL, urls("/speeches/é 1#a")), bank, bank.listings[0])

    assert [address.url[-20:] for address in result.addresses] == ["/speeches/%C3%A9%201"]


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(LimitError, match="at most 1000000 bytes, found more"):
        decompress(gzip.compress(b" " * 50_000_000), max_bytes=1_000_000)
    with pytest.raises(FormatError, match="expected gzip"):
        decompress(b"\x1f\x8bnot gzip")


@pytest.mark.parametrize("body", [b"", b"<html><p>x", urls("/speeches/1")[:-20]])
def test_an_incomplete_sitemap_is_an_error(bank: Source, body: bytes) -> None:
    with pytest.raises(FormatError, match="expected a sitemap, found"):
        find(capture(URL, body), bank, bank.listings[0])


def test_a_sitemap_with_a_document_type_is_refused(bank: Source) -> None:
    with pytest.raises(LimitError, match="DOCTYPE"):
        find(capture(URL, b"<!DOCTYPE x><urlset/>"), bank, bank.listings[0])
