"""Markup is stripped, and each character keeps its position."""

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.byte_spans.strip_markup import (
    MappedText,
    extract_json_strings,
    strip_html,
    strip_markup,
    strip_xml,
)


def pieces(markup: str, mapped: MappedText) -> list[tuple[str, str]]:
    """Return each character with the markup it was read from."""
    spans = zip(mapped.starts.tolist(), mapped.ends.tolist(), mapped.text, strict=True)
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
def test_html_is_stripped_to_its_text(markup: str, text: str) -> None:
    mapped = strip_html(markup)

    assert mapped.text == text
    assert all(html.unescape(raw) == character for character, raw in pieces(markup, mapped))


def test_a_feed_is_stripped_twice() -> None:
    feed = (
        '<?xml version="1.0"?><rss><item><title>R&amp;amp;D</title>'
        "<description>&lt;p&gt;It&amp;#8217;s &lt;b&gt;so&lt;/b&gt;&lt;/p&gt;</description>"
        "<content><![CDATA[<p>It&#8217;s so</p>]]></content></item></rss>"
    )

    mapped = strip_markup(feed)

    assert mapped.text == "R&DIt’s soIt’s so"
    references = [raw for character, raw in pieces(feed, mapped) if character == "’"]
    assert references == ["&amp;#8217;", "&#8217;"]


def test_a_json_response_is_stripped_twice() -> None:
    answer = json.dumps({"body": "<p>L\u2019été \U0001f600 a \\ b</p>"})

    mapped = strip_markup(answer)

    assert mapped.text == "body\nL’été \U0001f600 a \\ b\n"
    assert ("’", "\\u2019") in pieces(answer, mapped)
    assert ("\U0001f600", "\\ud83d\\ude00") in pieces(answer, mapped)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_is_unescaped_to_the_original(text: str) -> None:
    assert strip_html(html.escape(text)).text == text
    assert strip_xml(f"<p>{html.escape(text)}</p>").text == text
    assert extract_json_strings(json.dumps(text)).text == f"{text}\n"


@given(st.text(st.sampled_from("<>!-/&;#ab \"'=[]CDATA\\u0")))
def test_positions_are_within_the_markup_and_in_order(markup: str) -> None:
    for mapped in (
        strip_html(markup),
        strip_xml(markup),
        extract_json_strings(markup),
        strip_markup(markup),
    ):
        assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
        assert (mapped.starts < mapped.ends).all()
        assert (mapped.starts[1:] >= mapped.starts[:-1]).all()
        assert not len(mapped.ends) or mapped.ends[-1] <= len(markup)
