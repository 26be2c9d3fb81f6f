import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from scrapers.parse.html.element_text import add_element
from scrapers.parse.html.soup_text import block_text, inline_text
from scrapers.parse.html.text_lines import TextLines
from tests.support.steps import assert_steps_grow_linearly


def as_text(markup: str, lang: str = "") -> str:
    return block_text([BeautifulSoup(markup, "lxml")], lang=lang)


def read_by_lxml(markup: str) -> str:
    lines = TextLines()
    add_element(lines, html.document_fromstring(markup))
    return lines.text()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("<p>A  line\n broken in\tthe source</p>", "A line broken in the source"),
        ("<p>Line one<br>line two</p>", "Line one\nline two"),
        ("<ul><li>One</li><li>Two<ul><li>Within</li></ul></li></ul>", "One\nTwo\nWithin"),
        ("<h2>Head</h2>text<blockquote>Quote</blockquote>", "Head\ntext\nQuote"),
        ("<p><b>MR. SMITH</b>: Yes.</p>", "MR. SMITH: Yes."),
        ("<p>co\xadopera\xadtion</p>", "cooperation"),
        ("<p>seven\u200b\ufeff\u2060teen</p>", "seventeen"),
        ("<p>a\xa0b\u202fc\u3000d</p>", "a b c d"),
        ("<p>5<nobr>-0</nobr> for <nobr>UN 1325</nobr></p>", "5-0 for UN 1325"),
        ("<p>the 19<sup>th</sup> century</p>", "the 19th century"),
        ("<p>Article 205<sup>1</sup></p>", "Article 205¹"),
        ("<p>H<sub>2</sub>O</p>", "H2O"),
        ("<p>&#147;Yes,&#148; he said&#151;twice.</p>", "“Yes,” he said—twice."),
        ("<table><tr><th>Year</th><td>12</td></tr><tr><td>a<td>b</table>", "Year 12\na b"),
        ("<dl><dt>For</dt><dd>12</dd></dl>", "For\n12"),
        ("<pre>one\n  two   three</pre>", "one\ntwo three"),
        ("<p>Seen<script>x()</script><style>p{}</style></p>", "Seen"),
        ("<p>Seen<!-- unseen --> too</p>", "Seen too"),
        ("<p>Seen <span hidden>not</span><i style='display: none'>not</i></p>", "Seen"),
        ("<p>Share<button>Tweet</button><svg><text>x</text></svg></p>", "Share"),
        ("<p>The experts*</p><p>* Ms A, Mr B</p>", "The experts*\n* Ms A, Mr B"),
        ("", ""),
    ],
)
def test_a_block_is_a_line(markup: str, text: str) -> None:
    assert as_text(markup) == text
    if markup:
        assert read_by_lxml(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p><span class='dropcap'>T</span>he end</p>", "The end"),
        ("<p><span class='drop-cap'>T</span> he end</p>", "The end"),
        ("<p>\n<span class='dropcap'>\n T\n</span>\n he end</p>", "The end"),
        ("<p><span class='dropcap'>A</span> man</p>", "A man"),
        ("<p><div class='first-letter'>W</div>e must</p>", "We must"),
    ],
)
def test_a_drop_cap_is_joined_to_its_word(markup: str, text: str) -> None:
    assert as_text(markup) == text


@pytest.mark.parametrize(
    "compact",
    [
        "<p>He said <b>no</b>, twice; <i>never</i>. (<a>Source</a>)</p>",
        "<p>“<em>We shall</em>” and ‘<em>they</em>’ [<b>sic</b>]</p>",
        '<p>He said "<em>We shall</em>" to "<b>them</b>".</p>',
        "<p>The <b>UN</b>’s and the <b>State</b>'s and <i>boys</i>' games</p>",
        "<p>the 20<sup>th</sup> century at 5<sup>2</sup></p>",
        "<p>$<b>5</b> and #<b>1</b></p>",
        "<p>a mid-<b>century</b> <b>post</b>-war thing</p>",
        "<p>a long<wbr>word</p>",
        "<ul><li>One <b>two</b></li><li><p>Three</p></li></ul><p>Four</p>",
        "<table><tr><td>A</td><td>B <b>C</b></td></tr></table>",
    ],
)
def test_a_pretty_printed_page_reads_as_the_compact_one(compact: str) -> None:
    assert as_text(BeautifulSoup(compact, "lxml").prettify()) == as_text(compact)


def test_white_space_without_a_line_break_is_the_writers() -> None:
    assert as_text("<p>Vice-President <a>Schinas</a> . Then</p>") == "Vice-President Schinas . Then"


def test_french_keeps_its_space_before_a_colon_in_either_form() -> None:
    compact = "<p><b>Le Conseil</b> : « <i>oui</i> » <b>et</b> ; <b>non</b> !</p>"

    assert as_text(compact, "fr") == "Le Conseil : « oui » et ; non !"
    assert as_text(BeautifulSoup(compact, "lxml").prettify(), "fr-FR") == as_text(compact, "fr")


def test_a_title_is_one_line_whatever_it_is_made_of() -> None:
    tag = BeautifulSoup("<h1><div>One</div> <div>Two</div></h1>", "lxml").h1

    assert tag is not None
    assert inline_text(tag) == "One Two"


def test_a_line_of_quotation_marks_is_read_in_steps_in_proportion_to_it() -> None:
    def read(size: int) -> str:
        return as_text("<p>" + '"\n<b>\n"\n</b>\n' * size + "</p>")

    assert read(25_000).count('"') == 50_000
    assert_steps_grow_linearly(read, 500)


def test_tags_nested_deeper_than_python_may_call_are_read() -> None:
    assert as_text("<dd>x" * 1500).replace("\n", "") == "x" * 1500


WORD = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéñжבع", min_size=1, max_size=8)
MARK = st.sampled_from(["", ",", ".", ";", ":", "!", "?", ")", "…"])
INLINE = st.sampled_from(["b", "i", "em", "a", "span", "strong"])
BLOCK = st.sampled_from(["p", "h2", "li", "blockquote", "div"])


@st.composite
def inline(draw: st.DrawFn) -> str:
    """Make a word, marked up or not, and the mark that follows it, outside or inside."""
    word, mark, tag = draw(WORD), draw(MARK), draw(INLINE)
    return draw(
        st.sampled_from(
            [f"{word}{mark}", f"<{tag}>{word}</{tag}>{mark}", f"<{tag}>{word}{mark}</{tag}>"]
        )
    )


@st.composite
def page(draw: st.DrawFn) -> str:
    blocks = draw(
        st.lists(st.tuples(BLOCK, st.lists(inline(), min_size=1, max_size=8)), min_size=1)
    )
    return "".join(f"<{tag}>{' '.join(words)}</{tag}>" for tag, words in blocks)


@given(page())
def test_serialisation_does_not_change_what_a_page_says(compact: str) -> None:
    assert as_text(BeautifulSoup(compact, "lxml").prettify()) == as_text(compact)


@given(page())
def test_both_parsers_trees_say_the_same(compact: str) -> None:
    assert read_by_lxml(compact) == as_text(compact)


@given(st.text(max_size=300))
def test_lines_are_never_empty_and_hold_single_spaces(markup: str) -> None:
    text = as_text(f"<p>{markup}</p>")

    assert "  " not in text
    assert all(line == line.strip() and line for line in text.split("\n") if text)
    assert not re.search(r"[\t\r\x0b\xa0\xad]", text)
