from itertools import count, islice
from typing import Any

import pytest

from archive.models import Problem, ProblemKind
from scrapers.read.reader import discover, read_generic, read_page
from scrapers.source_format.source import Source
from tests.support.bank_of_ruritania import FEED_LAYOUT, PAGE_LAYOUT, bank_source
from tests.support.shared_captures import capture
from tests.support.steps import assert_steps_grow_linearly

URL = "https://bank.ruritania.example/speeches/1"
FEED = "https://bank.ruritania.example/speeches.rss"
PAGE = """<html lang=en><link rel=canonical href=/speeches/1><h1>On the peg</h1>
<p class=date>13 April 2017</p><div class=body><p>It will be kept.</p><p>Thank you.</p></div>"""


def item(
    number: int | str, text: str = "It will be kept.", day: str = "Thu, 13 Apr 2017 10:02:00 GMT"
) -> str:
    return (
        f"<item><title>On the peg</title><link>/speeches/{number}</link><guid>{number}</guid>"
        f"<pubDate>{day}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    )


def feed(*items: str) -> bytes:
    return f"<rss><channel>{''.join(items)}</channel></rss>".encode()


def problems_of(page: str, bank: Source | None = None, **layout: Any) -> list[Problem]:
    bank = bank or bank_source([{**PAGE_LAYOUT, **layout}])
    result = read_page(capture(URL, page.encode()), bank)
    assert result.readings == ()
    return list(result.problems)


def test_a_page_is_read_by_its_layout() -> None:
    (reading,) = read_page(capture(URL, PAGE.encode()), bank_source()).readings

    assert reading.identifier == reading.url == URL
    assert reading.title == "On the peg"
    assert reading.text == "It will be kept.\nThank you."
    assert (reading.issuer, reading.publisher) == ("The Governor", "Bank of Ruritania")
    assert (reading.lang, reading.kind, reading.reader) == ("en", "statement", "ruritania_bank/1")
    assert reading.issued is not None
    assert reading.issued.value == "2017-04-13"
    assert reading.issued.printed == "13 April 2017"
    assert reading.issued.read_from == "selector"


def test_the_same_capture_reads_the_same_always() -> None:
    response = capture(URL, PAGE.encode())

    assert read_page(response, bank_source()) == read_page(response, bank_source())


@pytest.mark.parametrize(
    ("change", "replacement", "field", "found"),
    [
        ("<h1>On the peg</h1>", "", "title", "0"),
        ("<h1>On the peg</h1>", "<h1>One</h1><h1>Two</h1>", "title", "2"),
        ("13 April 2017", "", "issued", "0"),
        ("13 April 2017", "yesterday", "issued", "'yesterday'"),
        ("class=body", "class=other", "text", "no match"),
        ("<p>It will be kept.</p><p>Thank you.</p>", "", "text", "no text in it"),
    ],
)
def test_a_page_that_does_not_fit_is_a_problem_and_no_reading(
    change: str, replacement: str, field: str, found: str
) -> None:
    assert change in PAGE

    (problem,) = problems_of(PAGE.replace(change, replacement))

    assert (problem.url, problem.field, problem.found) == (URL, field, found)


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("2/6/2026", "'2/6/2026', which may be 2026-06-02 or 2026-02-06"),
        ("21-10-1445 هـ", "'21-10-1445 هـ'"),
        ("13 April 2017 or 2 May 2018", "'13 April 2017 or 2 May 2018'"),
    ],
)
def test_an_unclear_date_is_left_out_and_named(printed: str, found: str) -> None:
    page = PAGE.replace("13 April 2017", printed)

    result = read_page(capture(URL, page.encode()), bank_source())

    assert [reading.issued for reading in result.readings] == [None]
    (problem,) = result.problems
    assert str(problem) == (
        f"{URL}: issued: expected one certain date, found {found}; left undated"
    )


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Wed, 01 Jan 2025 04:30:00 +0000", "2024-12-31T23:30-05:00"),
        ("1 January 2025 04:30", "2025-01-01T04:30-05:00"),
        ("Wed, 01 Jan 2025 04:30:00 +0200", "2025-01-01T04:30+02:00"),
    ],
)
def test_a_sources_zone_says_where_its_day_begins(printed: str, value: str) -> None:
    bank = bank_source(more={"zone": "America/New_York"})

    (reading,) = read_page(
        capture(URL, PAGE.replace("13 April 2017", printed).encode()), bank
    ).readings

    assert reading.issued is not None
    assert reading.issued.value == value


def test_a_page_orders_the_numbers_of_its_date_by_its_country() -> None:
    page = PAGE.replace("13 April 2017", "2/6/2026").replace("lang=en", "lang=en-US")

    (reading,) = read_page(capture(URL, page.encode()), bank_source()).readings

    assert reading.issued is not None
    assert reading.issued.value == "2026-02-06"


@pytest.mark.parametrize("page", ["", "\x00\xff" * 1000])
def test_a_page_that_cannot_be_read_is_a_problem(page: str) -> None:
    assert problems_of(page)


def test_a_page_nested_too_deep_is_refused_before_it_is_parsed() -> None:
    (problem,) = problems_of("<div>" * 200_000)

    assert (problem.expected, problem.found) == ("at most 250 nested tags", "more")


def test_no_layout_for_the_day_of_capture_is_a_problem() -> None:
    (problem,) = problems_of(PAGE, until="2020-01-01")

    assert str(problem) == f"{URL}: layout: expected one for captures of 2024-05-06, found none"


def test_of_several_layouts_the_one_whose_has_matches_reads_the_page() -> None:
    new = {**PAGE_LAYOUT, "version": 2, "has": "main.v2", "title": "h2"}
    bank = bank_source([new, {**PAGE_LAYOUT, "has": "h1"}])
    page_of_2 = f"<main class=v2>{PAGE.replace('h1', 'h2')}</main>"

    (old,) = read_page(capture(URL, PAGE.encode()), bank).readings
    (changed,) = read_page(capture(URL, page_of_2.encode()), bank).readings
    (problem,) = problems_of("<p>Neither</p>", bank)

    assert (old.reader, changed.reader) == ("ruritania_bank/1", "ruritania_bank/2")
    assert (problem.expected, problem.found) == ("main.v2 or h1", "none of it")


def test_rules_may_map_split_join_and_fall_back() -> None:
    layout = {
        **PAGE_LAYOUT,
        "kind": {"select": "h1", "match": "optional", "values": {"On the peg": "speech"}},
        "venue": [{"select": ".venue", "match": "optional"}, {"value": "Ruritania"}],
        "speakers": {"select": "p", "match": "any", "pattern": "^(Thank)", "form": "Mr {}"},
        "translations": {"select": "link[hreflang]", "lang": "@hreflang", "url": "@href"},
        "issued": [{"select": "time @datetime", "match": "optional"}, {"select": "@url"}],
    }
    page = PAGE + "<link hreflang=fr href=/fr/1><link hreflang=en href=/speeches/1>"
    url = "https://bank.ruritania.example/2017/04/13/peg"

    (reading,) = read_page(capture(url, page.encode()), bank_source([layout])).readings

    assert (reading.kind, reading.venue, reading.speakers) == ("speech", "Ruritania", ("Mr Thank",))
    assert ("fr", "https://bank.ruritania.example/fr/1") in reading.translations
    assert reading.issued is not None
    assert (reading.issued.value, reading.issued.read_from) == ("2017-04-13", "url")


def test_a_value_that_the_mapping_lacks_is_a_problem() -> None:
    (problem,) = problems_of(PAGE, kind={"select": "h1", "values": {"Speech": "speech"}})

    assert (problem.field, problem.expected, problem.found) == ("kind", "Speech", "'On the peg'")


def test_a_future_date_is_kept_as_printed_with_a_problem() -> None:
    result = read_page(capture(URL, PAGE.replace("2017", "2099").encode()), bank_source())

    assert result.readings[0].issued is not None
    assert result.readings[0].issued.value == "2099-04-13"
    assert result.problems[0].field == "issued"


def test_a_page_in_another_charset_says_the_same_words() -> None:
    page = PAGE.replace("It will be kept.", "Café “déjà vu”")

    result = read_page(
        capture(URL, page.encode("cp1252"), Content_Type="text/html; charset=iso-8859-1"),
        bank_source(),
    )

    assert result.readings[0].text.startswith("Café “déjà vu”")


def test_a_feed_of_addresses_names_pages() -> None:
    result = discover(capture(FEED, feed(item(1), item(2), item(1))), bank_source())

    assert [address.url[-2:] for address in result.addresses] == ["/1", "/2"]
    assert result.addresses[0].title == "On the peg"
    assert result.addresses[0].issued is not None
    assert result.readings == ()


def test_a_feed_of_texts_is_read_item_by_item() -> None:
    broken = item(3).replace("<guid>3</guid>", "")

    result = discover(capture(FEED, feed(item(1), broken, item(2))), bank_source([FEED_LAYOUT]))

    assert [reading.identifier for reading in result.readings] == ["1", "2"]
    assert result.readings[0].url == "https://bank.ruritania.example/speeches/1"
    assert [problem.field for problem in result.problems] == ["identity"]
    assert result.addresses == ()


def test_one_guid_with_two_texts_is_two_readings_and_with_one_text_one() -> None:
    listing = feed(item(1), item(1), item(1, text="It will not be kept."))

    result = discover(capture(FEED, listing), bank_source([FEED_LAYOUT]))

    assert [reading.identifier for reading in result.readings] == ["1", "1"]
    assert len({reading.text for reading in result.readings}) == 2


def test_an_item_is_read_anew_when_its_source_reads_it_differently() -> None:
    response = capture(FEED, feed(item(1)))
    other_source = bank_source([{**FEED_LAYOUT, "title": {"value": "Untitled"}}])

    assert discover(response, bank_source([FEED_LAYOUT])).readings[0].title == "On the peg"
    assert discover(response, other_source).readings[0].title == "Untitled"


@pytest.mark.parametrize("body", [b"", b"<html>Just a moment</html>", b"<!DOCTYPE a []><rss/>"])
def test_an_unreadable_listing_is_one_problem_and_no_link(body: bytes) -> None:
    result = discover(capture(FEED, body), bank_source())

    assert result.addresses == ()
    assert len(result.problems) == 1


def test_an_address_of_no_listing_is_a_problem() -> None:
    bank = bank_source(
        way="feed", urls=[FEED], more={"listings": [{"way": "feed", "urls": [FEED]}] * 2}
    )

    assert discover(capture("https://other.example/", b""), bank).problems[0].field == "listing"


@pytest.mark.slow
def test_of_a_feed_of_too_many_texts_ten_thousand_are_read() -> None:
    huge = feed(*(item(number) for number in range(10_005)))

    result = discover(capture(FEED, huge), bank_source([FEED_LAYOUT]))

    assert len(result.readings) == 10_000
    assert [problem.field for problem in result.problems] == ["feed"]


def test_a_feed_of_texts_is_read_in_steps_in_proportion_to_it() -> None:
    source, numbers = bank_source([FEED_LAYOUT]), count()  # an item read before is not read again

    def read(size: int) -> None:
        items = [item(number) for number in islice(numbers, size)]
        discover(capture(FEED, feed(*items)), source)

    assert_steps_grow_linearly(read, 60)


def test_any_page_is_read_by_the_generic_reader_and_says_so() -> None:
    text = "The peg will be kept, and the Bank will defend it with all that it has. " * 8
    page = f"""<html lang=en><title>x</title><meta property="og:site_name" content="The Bank">
    <meta property="article:published_time" content="2017-04-13T10:02:00Z">
    <article><h1>On the peg</h1><p>{text}</p><p>{text}</p></article></html>"""

    (reading,) = read_generic(capture(URL, page.encode())).readings

    assert reading.title == "On the peg"
    assert reading.text == f"{text.strip()}\n{text.strip()}"
    assert reading.issuer == "The Bank"
    assert reading.reader.startswith("generic/trafilatura-")
    assert reading.issued is not None
    assert (reading.issued.value, reading.issued.read_from) == ("2017-04-13T10:02Z", "meta")


def test_a_guess_that_is_later_than_the_capture_is_no_date() -> None:
    text = "The peg will be kept, and the Bank will defend it with all that it has. " * 8
    page = f"<html lang=en><title>On the peg</title><h1>On the peg</h1><p>{text}</p></html>"

    result = read_generic(capture("https://bank.example/2024/12/24/peg", page.encode()))

    assert [reading.issued for reading in result.readings] == [None]
    assert result.problems == ()


@pytest.mark.parametrize("body", [b"", b"<p>", b"<div>" * 200_000])
def test_what_the_generic_reader_cannot_read_is_a_problem(body: bytes) -> None:
    result = read_generic(capture(URL, body))

    assert result.readings == ()
    assert len(result.problems) == 1


@pytest.mark.parametrize(
    ("body", "expected", "found"),
    [
        (
            PAGE.replace("kept", "kept — “soon”, in the café").encode() + b"\xff",
            "utf-8 in all its bytes",
            "1 broken, shown as U+FFFD",
        ),
        (
            PAGE.replace("It will be kept", "Министр сожалеет о задержке").encode("cp1251"),
            "a declared encoding",
            "none that fits, read as cp1251",
        ),
    ],
)
def test_letters_in_doubt_are_a_problem_beside_the_reading(
    body: bytes, expected: str, found: str
) -> None:
    result = read_page(capture(URL, body, Content_Type="text/html"), bank_source())

    (problem,) = result.problems
    assert len(result.readings) == 1
    assert (problem.field, problem.expected, problem.found) == ("encoding", expected, found)
    assert problem.kind is ProblemKind.BROKEN
