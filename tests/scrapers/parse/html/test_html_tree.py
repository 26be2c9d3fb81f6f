"""A page is parsed once; who alters it has a tree of their own, without comments."""

import re

import pytest
from lxml import etree

from archive.errors import FormatError
from scrapers.parse.html.html_tree import (
    parse_html,
    parse_without_comments,
    shared_tree,
    text_of_html,
)

PAGE = "<body><p>one<!-- a --> two<?pi?> three<b>four</b><!-- b -->five</p><!-- c --></body>"
COMMENTS = ("<!-- a -->", "<!-- b -->", "<!-- c -->")


def test_a_tree_without_comments_has_one_text_where_a_comment_stood() -> None:
    paragraph = parse_html(PAGE)[0][0]

    assert paragraph.xpath("text()") == ["one two three", "five"]


def test_the_shared_tree_keeps_its_comments_when_another_is_altered() -> None:
    shared = shared_tree(PAGE)
    assert shared is not None

    parse_html(PAGE).clear()

    assert all(comment in etree.tostring(shared, encoding="unicode") for comment in COMMENTS)


@pytest.mark.parametrize("markup", ["", "<!-- only a comment -->"])
def test_a_page_without_elements_is_refused(markup: str) -> None:
    with pytest.raises(FormatError):
        parse_html(markup)


def test_a_tree_parsed_without_comments_is_the_one_with_them_less_the_comments() -> None:
    with_comments = shared_tree(PAGE)
    assert with_comments is not None
    markup = re.sub(r"<!--.*?-->|<\?pi\??>", "", etree.tostring(with_comments, encoding="unicode"))

    assert etree.tostring(parse_without_comments(PAGE), encoding="unicode") == markup


def test_the_text_of_a_page_is_read_in_the_tree_that_is_there() -> None:
    page = f"{PAGE}<p>read once</p>"
    root = parse_without_comments(page)
    *_, last = root.iter("p")
    last.text = "read in this tree"

    assert text_of_html(page).endswith("read in this tree")
