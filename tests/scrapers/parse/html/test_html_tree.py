"""A page is parsed once; who alters it has a tree of their own, without comments."""

import pytest
from lxml import etree

from archive.errors import FormatError
from scrapers.parse.html.html_tree import parse_html, shared_tree

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
