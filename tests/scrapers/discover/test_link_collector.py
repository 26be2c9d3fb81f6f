import pytest

from scrapers.discover import _link_collector
from scrapers.discover._link_collector import LinkCollector, listed_date
from scrapers.parse.html.html_page import HtmlPage
from scrapers.source_format.extraction_rule import DateRule
from tests.support.bank_of_ruritania import bank_source

URL = "https://bank.ruritania.example/speeches"


def test_urls_are_absolute_without_fragments_and_unique() -> None:
    bank = bank_source()
    collector = LinkCollector(URL, bank, bank.listings[0])
    for link in ("/speeches/1", "/speeches/1#top", "/about", "https://other.example/speeches/1"):
        collector.add(link)

    assert [address.url for address in collector.result(None).addresses] == [URL + "/1"]


def test_a_listing_of_too_many_links_is_truncated_and_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_link_collector, "MAX_ADDRESSES", 2)
    monkeypatch.setattr(_link_collector, "MAX_PROBLEMS", 1)
    bank = bank_source()
    collector = LinkCollector(URL, bank, bank.listings[0])
    for link in ("/speeches/1", "/speeches/2", "/speeches/3", "", "mailto:x@y.example", ""):
        collector.add(link)

    result = collector.result(None)

    assert len(result.addresses) == 2
    assert [(problem.field, problem.found) for problem in result.problems] == [
        ("item 4", "''"),
        ("listing", "more; left out"),
        ("listing", "2 more"),
    ]


def test_a_link_that_the_rule_for_addresses_does_not_fit_is_left_as_it_is() -> None:
    bank = bank_source(
        way="feed",
        urls=[URL],
        address={"select": "link", "pattern": r"/talks/(\d+)", "form": URL + "/{}"},
    )
    collector = LinkCollector(URL, bank, bank.listings[0])
    for link in ("/talks/7", "/speeches/8", "/people/9"):
        collector.add(link)

    urls = [address.url for address in collector.result(None).addresses]
    assert urls == [URL + "/7", URL + "/8"]


def test_a_date_in_a_listing_may_be_missing_or_unreadable() -> None:
    row = HtmlPage(URL, "<p><i>soon</i></p>")

    rules = [DateRule(select="b"), DateRule(select="i")]
    assert listed_date(row, rules, "selector", bank_source()) is None
