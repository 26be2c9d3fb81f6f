"""Normalisation: the same words however they are printed, mapped to offsets in the text."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.optional_signs import is_figure
from index.text_to_words import NormalisedText, normalise, words_of
from index.token_pattern import TYPOGRAPHY

# Letters, marks and separators of many scripts, thick with what goes wrong.
HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("aAıİI.'’ʼ-\u00ad\u200b \n½ﬁßẞ\u0301\u0307éÉ²ÅΣςσ_1٣"),
        st.sampled_from("שָׁלוֹםكِتَابٌمیहिन्दीสวัสดีខ្ញុំ我們ガｶﾞ한국㍿ﷺ\u1100\u1161𝐀🙂"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We do NOT detain.", ["we", "do", "not", "detain"]),
        ("don't don’t donʼt don＇t", ["don", "t"] * 4),
        ("well-being well‑being well–being", ["well", "being"] * 3),
        ("co\u00adoperate zero\u200bwidth", ["cooperate", "zerowidth"]),
        ("the U.S. and the US, e.g. U.S.A.", ["the", "us", "and", "the", "us", "eg", "usa"]),
        ("Ph.D. at 1.5", ["ph", "d", "at", "1.5"]),
        ("ﬁnal Straße STRASSE", ["final", "strasse", "strasse"]),
        ("nai\u0308ve naïve", ["naïve", "naïve"]),
        ("İstanbul Istanbul ISPARTA ısparta", ["istanbul", "istanbul", "isparta", "isparta"]),
        ("שָׁלוֹם שלום", ["שלום", "שלום"]),
        ("كِتَابٌ كتاب كتـاب", ["كتاب"] * 3),
        ("می‌خواهم", ["ميخواهم"]),
        ("人权 2017年", ["人", "权", "2017", "年"]),
        ("٢٠١٧ ۲۰۱۷ 2017", ["2017"] * 3),
        ("știrea ştirea s\u0326tirea țară ţară", ["ştirea"] * 3 + ["ţară"] * 2),
        ("l’œuvre l'oeuvre Æsop aesop", ["l", "oeuvre", "l", "oeuvre", "aesop", "aesop"]),
        ("น้ำ น\u0e4d\u0e49\u0e32 น\u0e49\u0e4d\u0e32", ["น้", "ำ"] * 3),
        ("กำ กา", ["ก", "ำ", "ก", "า"]),
        ("ນ\u0ec9ຳ ນ\u0ecd\u0ec9າ", ["ນ້", "ຳ"] * 2),
        ("ինչո՞ւ ինչու, ասա՛", ["ինչու", "ինչու", "ասա"]),
        ("3ʳᵈ 3rd 1ᵉʳ 2ᵉ camps² sacksᵃ", ["3rd", "3rd", "1er", "2e", "camps", "sacks"]),
        ("nº 7, n° 7, n.º 7, no 7", ["no", "7"] * 4),
        ("ещё мельницы еще", ["еще", "мельницы", "еще"]),
        ("مي‌خواهد می‌خواهد می خواهد میخواهد", ["ميخواهد"] * 4),
        ("Hòa Hoà Hóa", ["hoà", "hoà", "hoá"]),
        ("U. S. mail, U.S. mail, J. R. Smallwood", ["us", "mail", "us", "mail", "jr", "smallwood"]),
        ("the deten-\ntion of two", ["the", "detention", "of", "two"]),
        ("detention¹ closing[2] of redress[12]", ["detention", "closing", "of", "redress"]),
        ("CO₂ m² 10⁶", ["co2", "m2", "10^6"]),
        ("ガ カ\u3099 ｶﾞ", ["ガ", "ガ", "ガ"]),
        ("한국의 사람", ["한국의", "사람"]),
        ("ดีมาก", ["ดี", "ม", "า", "ก"]),
        ("ខ្ញុំ", ["ខ្ញុំ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("snake_case", ["snake", "case"]),
        ("½ cup", ["½", "cup"]),
        ("… — “ ” \u00ad\u200b", []),
    ],
)
def test_words_are_those_a_reader_would_call_the_same(text: str, words: list[str]) -> None:
    assert list(normalise(text).words) == words
    assert words_of(text) == words


@settings(deadline=None)  # tables are made at first use
@given(HOSTILE)
def test_what_a_word_was_printed_as_reads_as_that_word_again(text: str) -> None:
    normal = normalise(text)
    for number, word in enumerate(normal.words):
        start, end = normal.span(number, number + 1)
        assert word in normalise(text, start=start, end=end).words


@settings(deadline=None)  # tables are made at first use
@given(HOSTILE, st.data())
def test_a_passage_reads_as_the_words_it_was_found_by(text: str, data: st.DataObject) -> None:
    normal = normalise(text)
    if not len(normal):
        return
    first = data.draw(st.integers(0, len(normal) - 1))
    last = data.draw(st.integers(first + 1, len(normal)))
    start, end = normal.span(first, last)
    inside = normalise(text, start=start, end=end).words
    expected = normal.words[first:last]
    # Two words printed as one character bring each other along.
    assert any(
        inside[i : i + len(expected)] == expected for i in range(len(inside) - len(expected) + 1)
    )


@settings(deadline=None)  # tables are made at first use
@given(HOSTILE)
def test_offsets_ascend_and_stay_inside_the_text(text: str) -> None:
    normal = normalise(text)
    assert list(normal.starts) == sorted(normal.starts)
    assert all(0 <= a < b <= len(text) for a, b in zip(normal.starts, normal.ends, strict=True))


@settings(deadline=None)  # tables are made at first use
@given(HOSTILE)
def test_normalised_words_are_normal(text: str) -> None:
    """Figures have a form of their own: archive/text/figures.py."""
    for word in words_of(text):
        if not is_figure(word):
            assert words_of(word) == [word]


@settings(deadline=None)  # tables are made at first use
@example("A.가")
@given(HOSTILE)
def test_composed_and_decomposed_text_has_the_same_words(text: str) -> None:
    assert words_of(unicodedata.normalize("NFC", text)) == words_of(
        unicodedata.normalize("NFD", text)
    )


@settings(deadline=None)  # tables are made at first use
@given(HOSTILE, st.integers(0, 20), st.integers(1, 20))
def test_a_part_of_a_text_has_the_words_it_has_in_the_whole(
    text: str, first: int, count: int
) -> None:
    whole, part = normalise(text), slice(first, first + count)
    if not whole.words[part]:
        return

    some = normalise(text, start=whole.starts[first], end=whole.ends[part][-1])

    assert (some.words, some.starts, some.ends) == (
        whole.words[part],
        whole.starts[part],
        whole.ends[part],
    )


@settings(deadline=None)  # tables are made at first use
@given(HOSTILE, st.integers(1, 20))
def test_the_first_words_are_those_of_the_whole(text: str, limit: int) -> None:
    whole, some = normalise(text), normalise(text, limit=limit)

    assert some.slice(0, limit) == whole.slice(0, limit)


@settings(deadline=None)  # tables are made at first use
@given(st.text([*TYPOGRAPHY, *" .'-_", *"aUS1"]))
def test_typography_parts_words_whichever_way_a_text_is_read(text: str) -> None:
    # An é at the end has the text read by the rules for all scripts.
    assert words_of(f"{text} é") == [*words_of(text), "é"]
    assert normalise(f"{text} é").starts[:-1] == normalise(text).starts


def test_a_token_whose_other_form_is_an_apostrophe_is_no_word() -> None:
    assert normalise("ʹ") == NormalisedText((), (), ())
    assert normalise("\u0374 the \u0374 mill", limit=2).words[:2] == ("the", "mill")


def test_two_words_printed_as_one_character_keep_their_order() -> None:
    assert normalise("0%2⑴").words == ("0|%", "2", "1")


@pytest.mark.parametrize("printed", ["ÒÆ", "òª", "hòａ", "Ｏ̀a", "o\u0300ae", "Hòa", "thủy", "khòe"])
def test_a_word_with_a_moved_tone_is_its_own_form(printed: str) -> None:
    (word,) = words_of(printed)

    assert words_of(word) == [word]
