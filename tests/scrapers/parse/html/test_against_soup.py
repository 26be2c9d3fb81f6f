"""What CSS selects in a page, and its text, are those of BeautifulSoup, whoever answers."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from archive.errors import LimitError
from archive.warc.read_exchanges import read_exchanges
from scrapers.parse.html.css_to_xpath import translate
from scrapers.parse.html.html_page import HtmlPage, split_selector
from scrapers.parse.html.soup_text import block_text, inline_text
from scrapers.source_format.load_source import load_sources
from tests.support.counts import sampled
from tests.support.shared_captures import SHARED

URL = "https://ministry.example/news/1"
ODD = """<!-- a --><html lang=de><p class="a  b" id=x>One<!-- c -->two</p><p class>Three</p>
<ul><li><a rel="next nofollow" href=/n>N</a></li> <li hidden>H</li></ul>
<template><p>T</p></template></html><p>after</p>"""
SELECTORS = (
    *("p", "*", "html p", "#x", ".a.b", "p.b, li a", "ul > li", "li + li", "p ~ ul"),
    *("[class*=a]", "[class=a]", "[class^=a]", "[class$='b']", "[class~=b]", "[rel|=next]"),
    *("p:not(.a)", "li:first-child a", "a[rel^=next]", "A[REL$=nofollow]", "[hidden]", ":root"),
    *("p:nth-child(2)", "ul:has(a)", "ul:has(> a)", "li:has(+ li)", ":is(p, a)", "[id=X i]"),
    *("p:not(#x):not([id])", "li:last-child", "p:-soup-contains('two')", "[type=TEXT]"),
    *("[class='a b']", "p.a#x", "p:first-child ~ p", "body > *", "[disabled]", "[class*='a b']"),
)


def selectors_of_sources() -> list[str]:
    """Return every CSS selector in the layouts and listings of the built-in sources."""
    texts: list[str] = []
    pending: list[object] = []
    for source in load_sources(Path("none")).values():
        pending += [*source.layouts, *source.listings]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            texts.append(split_selector(value)[0])
        elif isinstance(value, BaseModel):
            pending += [getattr(value, name) for name in type(value).model_fields]
        elif isinstance(value, list | tuple):
            pending += value
    return sorted({text for text in texts if translate(text) is not None})


def assert_same_as_soup(page: HtmlPage, selector: str) -> None:
    tags = page.select(selector)

    assert page.values(selector) == [inline_text(tag, lang=page.lang) for tag in tags], selector
    assert page.text([selector]) == (
        block_text(outermost(tags), lang=page.lang) if tags else None
    ), selector
    for name in ("class", "rel", "hidden", "disabled"):
        told = [tag.get(name) for tag in tags]
        words = [" ".join(value) if isinstance(value, list) else value for value in told]
        expected = [" ".join(str(value).split()) for value in words if value is not None]
        assert page.values(f"{selector} @{name}") == expected, selector


def outermost(tags: list) -> list:  # type: ignore[type-arg]
    ids = {id(tag) for tag in tags}
    return [tag for tag in tags if not any(id(parent) in ids for parent in tag.parents)]


@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("markup", [ODD, ODD.replace("template", "div"), ODD.split("<template")[0]])
def test_a_selector_matches_what_it_matches_in_a_soup(selector: str, markup: str) -> None:
    assert_same_as_soup(HtmlPage(URL, markup), selector)


NAMES = st.sampled_from(["div", "p", "ul", "li", "a", "span", "h1", "sup", "td", "b", "section"])
CLASSES = st.sampled_from(
    ["", "a", "b", "a b", " b  a", "ab", "dropcap", "a\u00a0b", "a\tb", "a\x0cb"]
)
ATTRIBUTES = st.sampled_from(
    ["", " id=x", " hidden", " rel='next  a'", " href='#n'", " disabled", " style='display:none'"]
)
TEXTS = st.sampled_from(
    ["", "word", " word ", "\n", " ", "1", "“", ", and", "<!-- c -->", "\r", "é"]
)
MARKUP = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        "<{0} class='{1}'{2}>{3}</{0}>".format,
        NAMES,
        CLASSES,
        ATTRIBUTES,
        st.lists(inner, max_size=5).map("".join),
    ),
    max_leaves=30,
)


@given(markup=st.lists(MARKUP, max_size=4).map("".join), end=st.sampled_from(["", "</html>x<p>y"]))
def test_any_markup_gives_the_same_as_a_soup(markup: str, end: str) -> None:
    page = HtmlPage(URL, f"<html lang=fr>{markup}{end}")
    for selector in SELECTORS:
        assert_same_as_soup(page, selector)
    for css in ("li", ".a"):
        for part in page.select_parts(css)[:3]:
            for selector in ("a", ".a b", "ul > li", ":scope > a", ".b, p"):
                assert_same_as_soup(part, selector)


def test_the_scope_of_a_part_is_the_part_itself() -> None:
    page = HtmlPage(URL, "<ul><li><a href=/1>One <b>b</b></a></li><li><a href=/2>Two</a></li></ul>")
    links = page.select_parts("li a")

    assert [link.values(":scope @href") for link in links] == [
        ["https://ministry.example/1"],
        ["https://ministry.example/2"],
    ]
    assert [link.values(":scope") for link in links] == [["One b"], ["Two"]]


def real_pages() -> Iterator[str]:
    for path in sorted([*SHARED.glob("web/*.warc.gz"), *SHARED.glob("html/*.warc.gz")]):
        if "-feed-" not in path.name:
            for exchange in read_exchanges(path):
                if b"<html" in exchange.block[:20_000].lower():
                    yield exchange.body().decode("utf-8", "replace")
    for path in sorted(SHARED.glob("extract/scrapinghub/html/*.gz")):
        yield gzip.decompress(path.read_bytes()).decode("utf-8", "replace")


def damaged(chance: random.Random, page: str) -> str:
    """Return a page that was cut, or whose tags were shuffled."""
    if chance.random() < 0.5:
        return page[: chance.randrange(len(page))]
    pieces = page.split("<")
    some = chance.sample(range(len(pieces)), len(pieces) // 10)
    moved = chance.sample(some, len(some))
    values = [pieces[i] for i in moved]
    for position, value in zip(some, values, strict=True):
        pieces[position] = value
    return "<".join(pieces)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is missing: its pages are not compared")
def test_real_pages_and_damaged_ones_give_the_same_as_a_soup() -> None:
    chance, selectors = random.Random(17), selectors_of_sources()
    assert len(selectors) > 200
    pages = list(real_pages())
    pages = list(real_pages())
    for number in chance.sample(range(len(pages)), sampled(20, len(pages))):
        for markup in (pages[number], damaged(chance, pages[number])):
            try:
                page = HtmlPage(URL, markup)
            except LimitError:
                continue
            for selector in chance.sample(selectors, sampled(40, len(selectors))):
                assert_same_as_soup(page, selector)
