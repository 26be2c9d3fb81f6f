import json

from scrapers.discover.listing import find
from tests.support.bank_of_ruritania import bank_source
from tests.support.shared_captures import capture

URL = "https://bank.ruritania.example/speeches"
PAGE = b"""<div class=row><b>13 April 2017</b><h3><a href=/speeches/1>One</a></h3></div>
<div class=row><b>soon</b><h3><a href=/speeches/2#top>Two</a></h3></div>
<div class=row><h3><a href=/people/3>Person</a></h3></div>
<div class=row><h3>No link</h3></div><a class=next href="?page=2">Next</a>"""
RULES = {
    "way": "listing",
    "urls": [URL],
    "items": ".row",
    "link": "h3 a @href",
    "title": "h3 a",
    "issued": "b",
    "next": "a.next @href",
}


def test_rows_name_pages_with_their_titles_and_dates_and_the_next_page() -> None:
    bank = bank_source(**{**RULES, "issued": [{"select": "b"}]})

    result, _ = find(capture(URL, PAGE), bank, bank.listings[0])

    first, second = result.addresses
    assert (first.url, first.title) == ("https://bank.ruritania.example/speeches/1", "One")
    assert first.issued is not None
    assert first.issued.value == "2017-04-13"
    assert second.url == "https://bank.ruritania.example/speeches/2"
    assert second.issued is None
    assert result.next_page == URL + "?page=2"


def test_a_row_without_a_link_is_a_problem_and_no_guess() -> None:
    bank = bank_source(**RULES)

    result, _ = find(capture(URL, PAGE), bank, bank.listings[0])

    assert [problem.field for problem in result.problems] == ["item 4"]


def test_an_empty_listing_names_nothing() -> None:
    bank = bank_source(**RULES)

    result, _ = find(capture(URL, b"<p>No results.</p>"), bank, bank.listings[0])

    assert result.addresses == result.problems == ()
    assert result.next_page is None


def test_a_listing_that_names_itself_as_next_ends_there() -> None:
    bank = bank_source(**RULES)

    result, _ = find(capture(URL, b'<a class=next href="/speeches">x</a>'), bank, bank.listings[0])

    assert result.next_page is None


def test_rows_may_be_inside_a_json_answer() -> None:
    bank = bank_source(**RULES, inside="Message")
    body = json.dumps({"Message": PAGE.decode()}).encode()

    result, _ = find(capture(URL, body), bank, bank.listings[0])

    assert len(result.addresses) == 2


def test_pages_may_be_counted_until_one_is_empty() -> None:
    bank = bank_source(**{**RULES, "next": ""}, count_by="page")

    middle_result, _ = find(capture(URL + "?page=0", PAGE), bank, bank.listings[0])
    last_result, _ = find(capture(URL + "?page=9", b"<p>No results.</p>"), bank, bank.listings[0])

    assert middle_result.next_page == URL + "?page=1"
    assert last_result.next_page is None
