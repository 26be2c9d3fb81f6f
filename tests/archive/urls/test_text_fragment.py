from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.urls.text_fragment import text_fragment

TEXT = "The peg will be kept.\nThank you all for coming today, and for asking.\nThe end."


def fragment(quote: str, text: str = TEXT) -> str:
    start = text.index(quote)
    return text_fragment(text, start, start + len(quote)).removeprefix("#:~:text=")


def test_a_short_passage_within_one_block_is_given_whole() -> None:
    assert fragment("peg will be") == "peg%20will%20be"


def test_a_passage_across_blocks_is_given_by_its_ends() -> None:
    assert fragment("will be kept.\nThank you") == "will%20be%20kept.,Thank%20you"


def test_a_long_passage_is_given_by_its_ends() -> None:
    quote = " ".join(f"word{number}" for number in range(40))

    assert unquote(fragment(quote, quote)) == (
        "word0 word1 word2 word3 word4 word5,word34 word35 word36 word37 word38 word39"
    )


def test_what_is_syntax_is_encoded() -> None:
    assert fragment("a-b, c & d", "a-b, c & d") == "a%2Db%2C%20c%20%26%20d"


def test_a_passage_that_occurs_twice_is_given_with_its_neighbours() -> None:
    text = "We agree now. They say we agree. You say we agree too."
    start = text.index("we agree too")

    result = text_fragment(text, start, start + len("we agree"))

    assert result == "#:~:text=say%20we%20agree.%20You%20say-,we%20agree,-too."


def test_a_single_very_long_word_has_one_end_only() -> None:
    word = "x" * 200

    assert fragment(word, word) == word


@pytest.mark.parametrize("place", [(0, 0), (5, 5)])
def test_nothing_has_no_fragment(place: tuple[int, int]) -> None:
    assert text_fragment("some text", *place) == ""
    assert text_fragment("a \n b", 1, 4) == ""


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_a_fragment_is_always_one_safe_address_part(text: str, start: int, end: int) -> None:
    result = text_fragment(
        text.encode("utf-8", "ignore").decode(), min(start, end), max(start, end)
    )

    assert result.isascii()
    assert not set(result) & set(" \n\r\t<>\"'&")
