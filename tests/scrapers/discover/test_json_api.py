import json
from typing import Any

from scrapers.discover._link_collector import increment_parameter
from scrapers.discover.json_api import find
from scrapers.result_types import DiscoveryResult
from scrapers.source_format.source import Source
from tests.support.bank_of_ruritania import bank_source
from tests.support.shared_captures import capture

URL = "https://bank.ruritania.example/api?start=0&count=2"
RULES = {
    "way": "json_api",
    "urls": [URL],
    "items": "results",
    "link": "path",
    "title": "name",
    "issued": [{"select": "day"}],
}
ANSWER = {
    "results": [
        {"path": "/speeches/1", "name": "One", "day": "2017-04-13T10:02:00Z"},
        {"path": "/speeches/2", "name": "Two"},
    ],
    "links": {"next": "https://bank.ruritania.example/api?start=2"},
}


def discover(bank: Source, answer: Any) -> DiscoveryResult:
    return find(capture(URL, json.dumps(answer).encode()), bank, bank.listings[0])[0]


def test_an_answer_names_pages_with_their_titles_and_dates() -> None:
    first, second = discover(bank_source(**RULES), ANSWER).addresses

    assert (first.url, first.title) == ("https://bank.ruritania.example/speeches/1", "One")
    assert first.issued is not None
    assert first.issued.value == "2017-04-13T10:02Z"
    assert second.issued is None


def test_a_response_may_name_its_next_page() -> None:
    bank = bank_source(**RULES, next="links.next")

    assert discover(bank, ANSWER).next_page == "https://bank.ruritania.example/api?start=2"
    assert discover(bank, {"results": []}).next_page is None


def test_pages_are_counted_until_one_is_empty() -> None:
    bank = bank_source(**RULES, count_by="start", step=2)

    assert discover(bank, ANSWER).next_page == "https://bank.ruritania.example/api?start=2&count=2"
    assert discover(bank, {"results": []}).next_page is None
    assert increment_parameter("https://x.example/a", "page", 1) == "https://x.example/a?page=1"


def test_the_address_of_a_page_may_be_made_of_what_is_linked() -> None:
    rule = {
        "select": "path",
        "pattern": r"(/speeches/.*)",
        "form": "https://bank.ruritania.example{}",
    }
    bank = bank_source(**RULES, address=rule, others=True)

    assert discover(bank, ANSWER).addresses[0].url == "https://bank.ruritania.example/speeches/1"
