"""Marks of footnotes stay in the text, and are part of no word of it."""

import pytest

from archive.text.fingerprint import normalize_text
from index.text_to_words import words_of
from scrapers.parse.html.html_tree import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("the detention<sup>1</sup> of nine", "the detention¹ of nine"),
        ("the closing<sup>[2]</sup> of it", "the closing[2] of it"),
        ('the order<a href="#_ftn3">[3]</a> read', "the order[3] read"),
        ('the order<a href="#fn3">3</a> read', "the order³ read"),
        ('the order<sup><a href="#a">a</a></sup> read', "the orderᵃ read"),
        ('the order<span class="footnote-ref">12</span> read', "the order¹² read"),
        ('the order<a role="doc-noteref" href="/n#x">7</a> read', "the order⁷ read"),
        ("the law.<sup>4,5</sup> It", "the law.⁴,⁵ It"),
        ("the law.<sup>(6)</sup> It", "the law.⁽⁶⁾ It"),
        ("la loi<sup>1</sup> du 3 mai", "la loi¹ du 3 mai"),
        ("закон<sup>2</sup> от мая", "закон² от мая"),
        ("判決<sup>3</sup>は", "判決³は"),
    ],
)
def test_a_mark_is_written_raised_and_is_no_word(html: str, text: str) -> None:
    read = text_of_html(f"<p>{html}</p>")

    assert read == text
    assert not any(char in word for word in words_of(read) for char in "12456789ᵃ")


def test_a_raised_mark_leaves_the_fingerprint_as_a_plain_one_does() -> None:
    raised, plain = (
        "the detention¹ of 2017\u2060² and the closingᵃ",
        "the detention1 of 20172 and the closinga",
    )

    assert normalize_text(raised) == normalize_text(plain)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("10<sup>6</sup> parts", ["10^6", "parts"]),
        ("9 m<sup>2</sup> each", ["9", "m2", "each"]),
        ("CO<sub>2</sub> above", ["co2", "above"]),
        ("the 1<sup>st</sup> of May", ["the", "1st", "of", "may"]),
        ("le XX<sup>e</sup> siècle", ["le", "xxe", "siècle"]),
        ("n<sup>o</sup> 5", ["no", "5"]),
        ('see <a href="#s2">2</a> for', ["see", "2", "for"]),
        ('see <a href="#top">Top</a>', ["see", "top"]),
    ],
)
def test_what_is_raised_or_linked_and_no_mark_is_a_word(html: str, words: list[str]) -> None:
    assert words_of(text_of_html(f"<p>{html}</p>")) == words


def test_a_mark_after_a_year_is_no_exponent() -> None:
    text = text_of_html('<p>in 2017<sup><a href="#n1">1</a></sup> and later</p>')

    assert words_of(text) == ["in", "2017", "and", "later"]
    assert "¹" in text
