"""A stretch of text is searched for its words directly only where that finds the same ones."""

from hypothesis import given
from hypothesis import strategies as st

from index.hits.plain_words import find_plain_words
from index.text_to_words import normalise, special_spans

_PIECES = [
    *("the ", "mill ", "Mill, ", "the\n", "us ", "U.S. ", "u. s. ", "U.\u00a0S. ", "s ", "a.b "),
    *("re-\nport ", "re‐\nport ", "report ", "report[1] ", "[a] ", "5 ", "$5 ", "5 °C ", "c "),
    *("1,200 ", "2010–12 ", "é ", "“the ", "mill’s ", "x² ", "the-mill ", "5m ", "ab12 "),
]


@given(st.lists(st.sampled_from(_PIECES), min_size=2, max_size=12).map("".join), st.data())
def test_words_found_directly_are_those_read_word_by_word(text: str, data: st.DataObject) -> None:
    printed = normalise(text)
    if not printed:
        return
    first = data.draw(st.integers(0, len(printed) - 1))
    last = data.draw(st.integers(first + 1, len(printed)))
    words = printed.words[first:last]
    span = find_plain_words(text, 0, len(text), words, has_figures=bool(special_spans(text)))
    places = [
        printed.span(i, i + len(words))
        for i in range(len(printed) - len(words) + 1)
        if printed.words[i : i + len(words)] == words
    ]
    assert span is None or [span] == places


def test_words_between_marks_are_found_directly() -> None:
    text = "The board, it says, has met “the mill” — twice."
    span = find_plain_words(text, 0, len(text), ("met", "the", "mill", "twice"), has_figures=False)
    assert span is not None
    assert text[slice(*span)] == "met “the mill” — twice"


def test_a_phrase_that_stands_twice_is_read_word_by_word() -> None:
    text = "the mill and the mill"
    assert find_plain_words(text, 0, len(text), ("the", "mill"), has_figures=False) is None
