import pytest

from archive.errors import LimitError, SourceError
from scrapers.parse.html.html_page import HtmlPage, split_selector

URL = "https://x.example/a/b"
PAGE = """<?xml version="1.0"?><html lang="en"><h1>One <b>title</b></h1>
<a class=l href="../c">C</a><a class=l href="https://y.example/">Y</a>
<article><p>First</p><aside>Share</aside><section><p>Second</p></section></article>
<link rel=alternate hreflang=fr href=/fr><link rel=alternate hreflang=x></html>"""


@pytest.fixture
def page() -> HtmlPage:
    return HtmlPage(URL, PAGE)


def test_a_selector_gives_one_line_for_each_match(page: HtmlPage) -> None:
    assert page.values("h1") == ["One title"]
    assert page.values("p") == ["First", "Second"]
    assert page.values("h6") == []


def test_a_selector_may_name_an_attribute_and_links_come_out_whole(page: HtmlPage) -> None:
    assert page.values("a.l @href") == ["https://x.example/c", "https://y.example/"]
    assert page.values("a.l @title") == []
    assert page.values(":root @lang") == ["en"]
    assert page.values("@url") == [URL]


def test_text_is_said_once_in_the_pages_order_without_what_is_dropped(page: HtmlPage) -> None:
    assert page.text(["section", "article"], drop=["aside"]) == "First\nSecond"
    assert page.text([".body"]) is None


def test_pairs_leave_out_elements_that_have_but_one_of_two(page: HtmlPage) -> None:
    assert page.pairs("link[rel=alternate]", "@hreflang", "@href") == [
        ("fr", "https://x.example/fr")
    ]


def test_a_wrong_selector_is_the_sources_fault(page: HtmlPage) -> None:
    with pytest.raises(SourceError, match="expected a CSS selector, found 'p:nope"):
        page.values("p:nope(")


def test_bare_text_is_a_page_too() -> None:
    assert HtmlPage(URL, "just words").text([":root"]) == "just words"
    assert HtmlPage(URL, "").values("h1") == []


def test_a_page_that_no_parser_should_see_is_refused() -> None:
    with pytest.raises(LimitError):
        HtmlPage(URL, "<div>" * 1000)


def test_an_attribute_is_split_from_its_selector() -> None:
    assert split_selector("a[x='y@z'] @href") == ("a[x='y@z']", "href")
    assert split_selector("@lang") == (":root", "lang")
    assert split_selector("a") == ("a", "")
