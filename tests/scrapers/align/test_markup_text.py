"""The characters that a page shows, and where each of them stands."""

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.align.markup_text import (
    MappedText,
    extract_json_strings,
    strip_html,
    strip_markup,
    strip_xml,
)


def pieces(markup: str, peeled: MappedText) -> list[tuple[str, str]]:
    """Return each character with the markup it was read from."""
    spans = zip(peeled.starts.tolist(), peeled.ends.tolist(), peeled.text, strict=True)
    return [(character, markup[start:end]) for start, end, character in spans]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>They <b>were</b> refused.</p>", "They were refused."),
        ("<!-- not said --><p title='a > b'>Said</p>", "Said"),
        ("<script>if (a < b) say('not said')</script>Said", "Said"),
        ("<STYLE>p > a {}</STYLE>Said<style>b</style>", "Said"),
        ('<a href="?a=1&copy=2">Said</a>', "Said"),
        ("2 < 3 and 4 > 3", "2 < 3 and 4 > 3"),
        ("R&amp;D &#8211; caf&eacute; &#x2014; &nosuch; &", "R&D – café — &nosuch; &"),
        ("AT&T", "AT&T"),
        ("<!DOCTYPE html><?xml version='1.0'?>Said", "Said"),
        ("<p data-x='\"' title=\"it's\">Said</p>", "Said"),
    ],
)
def test_what_a_page_shows(markup: str, text: str) -> None:
    peeled = strip_html(markup)

    assert peeled.text == text
    assert all(html.unescape(of) == said for said, of in pieces(markup, peeled))


def test_a_feed_is_peeled_twice() -> None:
    feed = (
        '<?xml version="1.0"?><rss><item><title>R&amp;amp;D</title>'
        "<description>&lt;p&gt;It&amp;#8217;s &lt;b&gt;so&lt;/b&gt;&lt;/p&gt;</description>"
        "<content><![CDATA[<p>It&#8217;s so</p>]]></content></item></rss>"
    )

    peeled = strip_markup(feed)

    assert peeled.text == "R&DIt’s soIt’s so"
    found = [of for said, of in pieces(feed, peeled) if said == "’"]
    assert found == ["&amp;#8217;", "&#8217;"]


def test_a_json_answer_is_peeled_twice() -> None:
    answer = json.dumps({"body": "<p>L\u2019été \U0001f600 a \\ b</p>"})

    peeled = strip_markup(answer)

    assert peeled.text == "body\nL’été \U0001f600 a \\ b\n"
    assert ("’", "\\u2019") in pieces(answer, peeled)
    assert ("\U0001f600", "\\ud83d\\ude00") in pieces(answer, peeled)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_escaped_is_read_as_it_was(text: str) -> None:
    assert strip_html(html.escape(text)).text == text
    assert strip_xml(f"<p>{html.escape(text)}</p>").text == text
    assert extract_json_strings(json.dumps(text)).text == f"{text}\n"


@given(st.text(st.sampled_from("<>!-/&;#ab \"'=[]CDATA\\u0")))
def test_whatever_comes_places_are_inside_and_in_order(markup: str) -> None:
    for peeled in (
        strip_html(markup),
        strip_xml(markup),
        extract_json_strings(markup),
        strip_markup(markup),
    ):
        assert len(peeled.text) == len(peeled.starts) == len(peeled.ends)
        assert (peeled.starts < peeled.ends).all()
        assert (peeled.starts[1:] >= peeled.starts[:-1]).all()
        assert not len(peeled.ends) or peeled.ends[-1] <= len(markup)
