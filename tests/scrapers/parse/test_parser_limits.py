from contextlib import suppress

import pytest

from archive.errors import LimitError
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from scrapers.parse.parser_limits import (
    ParserLimits,
    check_html,
    check_json,
    check_xml,
    prepare_for_lxml,
)
from tests.support.hostile_codings import JSONS, check_json_text
from tests.support.steps import assert_steps_grow_linearly


def is_html_refused(markup: str) -> bool:
    try:
        check_html(markup)
    except LimitError:
        return True
    return False


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000,
        "<b>" * 200_000 + "</b>" * 200_000,
        "<a " + " ".join(f"a{n}=1" for n in range(300_000)) + ">x</a>",
        "<a " + " ".join(f'a{n}=">"' for n in range(300_000)) + ">x</a>",
        "<a " + "x" * 70_000 + ">",
        "<p>" + "word " * 1_100_000,
        "<b></b>" * 200_000,
    ],
    ids=["nested", "and closed", "attributes", "quoted attributes", "long tag", "size", "tags"],
)
def test_html_bombs_are_refused_before_a_parser_sees_them(markup: str) -> None:
    assert is_html_refused(markup)


@pytest.mark.parametrize("mark", JSONS)
def test_hostile_json_is_checked_within_seconds(mark: str) -> None:
    """A process that is given two seconds of processor time would be ended by a quadratic step."""
    text = mark * (500_000 // len(mark))
    with Sandbox(SandboxLimits(seconds=2)) as sandbox, suppress(LimitError):
        assert sandbox.call(check_json_text, text) == len(text)


@pytest.mark.parametrize(
    "markup",
    [
        "<p>" * 5000,
        "<ul>" + "<li>x" * 5000 + "</ul>",
        "<br>" * 5000 + "<img src=x>" * 5000,
        "<script>" + "if (a<b) '<div><div>';" * 5000 + "</script>",
        "<!-- " + "<div>" * 5000 + " -->",
        '<img src="data:image/png;base64,' + "A" * 300_000 + '">',
        "<div/>" * 5000,
        "<div>" * 249,
        "a < b and b > c",
    ],
)
def test_ordinary_pages_pass_however_sloppy(markup: str) -> None:
    assert not is_html_refused(markup)


@pytest.mark.parametrize("mark", ["'", '"', "<a ", "<!--", "<script", '="', "<a b='", "<![CDATA["])
def test_the_check_takes_steps_in_proportion_to_the_page(mark: str) -> None:
    assert_steps_grow_linearly(lambda size: is_html_refused(mark * size), 2000)


def test_a_place_to_break_a_word_does_not_break_it_in_either_serialisation() -> None:
    assert prepare_for_lxml("long<wbr>word <wbr/> and") == "longword  and"
    assert prepare_for_lxml("long\n <WBR/>\n word") == "longword"


@pytest.mark.parametrize("mark", ["\n", "<wbr", "\n<wbr>\n"])
def test_making_a_page_parseable_takes_steps_in_proportion_to_it(mark: str) -> None:
    assert_steps_grow_linearly(lambda size: prepare_for_lxml(mark * size), 2000)


def test_xml_with_a_document_type_is_refused_wherever_it_stands() -> None:
    for feed in (
        "<!DOCTYPE rss [<!ENTITY a 'aaaa'>]><rss>&a;</rss>",
        "<?xml version='1.0'?><!-- x --><!doctype rss><rss/>",
        "<!-- <!DOCTYPE x> --><!DOCTYPE rss><rss/>",
    ):
        with pytest.raises(LimitError, match="expected no DOCTYPE, found one"):
            check_xml(feed)


def test_a_whole_page_quoted_in_a_feed_is_no_document_type() -> None:
    quoted = "<![CDATA[<!DOCTYPE html><p>x</p>]]>"

    check_xml(f"<rss><description>{quoted}</description></rss>")

    with pytest.raises(LimitError):
        check_xml(f"<!DOCTYPE rss><rss><description>{quoted}</description></rss>")


def test_xml_and_json_are_measured_too() -> None:
    with pytest.raises(LimitError, match="100 nested tags"):
        check_xml("<a>" * 101)
    with pytest.raises(LimitError, match="100 levels, found 200000"):
        check_json("[" * 200_000)
    with pytest.raises(LimitError, match="at most 10 characters, found 11"):
        check_json(" " * 11, ParserLimits(characters=10))
    check_json('{"a": "[[[[' + "[" * 500 + '\\"", "b": [1]}')
    check_json('"' + "[" * 500 + "\\")  # a string without its end
