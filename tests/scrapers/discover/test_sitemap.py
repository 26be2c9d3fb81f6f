import gzip

import pytest

from archive.errors import FormatError, LimitError
from scrapers.discover.sitemap import decompress, find
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.source import Source
from tests.support.bank_of_ruritania import bank_source
from tests.support.shared_captures import capture
from tests.support.steps import assert_steps_grow_linearly

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
        decompress(gzip.compress(b" " * 50_000_000), URL, max_bytes=1_000_000)
    with pytest.raises(FormatError, match="expected gzip"):
        decompress(b"\x1f\x8bnot gzip", URL)


def paths(result: DiscoveryResult) -> list[str]:
    return [
        address.url.removeprefix("https://bank.ruritania.example") for address in result.addresses
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "no element"),
        (b"<html><p>x</html>", "an HTML page"),
        (b"<!DOCTYPE html><html><body><h1>Site map</h1></body></html>", "an HTML page"),
        (b"<html><body><p>x<p>y</body>", "an HTML page"),
        (b"<rss><channel/></rss>", "<rss>"),
    ],
)
def test_what_is_no_sitemap_is_an_error(bank: Source, body: bytes, found: str) -> None:
    with pytest.raises(FormatError, match=f"expected a sitemap, found {found}"):
        find(capture(URL, body), bank, bank.listings[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/about", "/about?a=1&b=2"),
        ("/about", "/caf&eacute;"),
        ("/about", "/about\x0b"),
        ("<lastmod>", "<image:loc>x</image:loc><lastmod>"),
        ("</urlset>", ""),
        ("</lastmod></url></urlset>", ""),
        ("<?xml", "\ufeff\n<?xml"),
        ("<?xml", "\n\n<?xml"),
        ("</urlset>", "</urlset><script>x()</script>"),
    ],
)
def test_a_broken_sitemap_gives_its_whole_addresses(bank: Source, old: str, new: str) -> None:
    body = urls("/speeches/1", "/about", "/speeches/2").decode().replace(old, new).encode()

    result, _ = find(capture(URL, body), bank, bank.listings[0])

    assert paths(result) == ["/speeches/1", "/speeches/2"]


def test_half_an_address_at_the_end_is_left_out_and_counted(bank: Source) -> None:
    body = urls("/speeches/1", "/speeches/23")

    result, _ = find(capture(URL, body[: body.rindex(b"3 </loc>")]), bank, bank.listings[0])

    assert paths(result) == ["/speeches/1"]
    assert [problem.found for problem in result.problems][1:] == ["1 without one, left out"]


def test_an_ampersand_in_an_address_is_read_as_it_is_meant(bank: Source) -> None:
    body = urls("/speeches/a&b", "/speeches/a&amp;c")

    result, _ = find(capture(URL, body), bank, bank.listings[0])

    assert paths(result) == ["/speeches/a&b", "/speeches/a&c"]


def test_all_members_of_a_gzip_file_are_read(bank: Source) -> None:
    body = urls("/speeches/1", "/speeches/2")
    members = gzip.compress(body[:99]) + gzip.compress(body[99:])

    result, _ = find(capture(URL, members), bank, bank.listings[0])

    assert (paths(result), result.problems) == (["/speeches/1", "/speeches/2"], ())


def test_a_gzip_file_that_is_cut_off_is_read_as_far_as_it_goes(bank: Source) -> None:
    body = urls(*(f"/speeches/{number}" for number in range(100)))

    result, _ = find(capture(URL, gzip.compress(body)[:-60]), bank, bank.listings[0])

    assert result.addresses
    assert result.problems[0].found == "an end before its end"


def test_a_sitemap_may_be_lines_of_text(bank: Source) -> None:
    body = b"\xef\xbb\xbfhttps://bank.ruritania.example/speeches/1\r\nhttps://x.example/\r\n"

    result, _ = find(capture(URL, body), bank, bank.listings[0])

    assert paths(result) == ["/speeches/1"]


@pytest.mark.parametrize("mark", ["<url>", "<loc>", "<url><loc>", "<!--", "</url", "<url "])
def test_a_broken_sitemap_takes_steps_in_proportion_to_it(bank: Source, mark: str) -> None:
    def read(size: int) -> None:
        find(capture(URL, b"<urlset>" + mark.encode() * size), bank, bank.listings[0])

    assert_steps_grow_linearly(read, 2000)


def test_a_sitemap_with_a_document_type_is_refused(bank: Source) -> None:
    with pytest.raises(LimitError, match="DOCTYPE"):
        find(capture(URL, b"<!DOCTYPE x><urlset/>"), bank, bank.listings[0])
