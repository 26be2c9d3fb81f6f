"""Texts tokenized in bulk have the same words as each text normalised by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.text.number_format import COMMA, POINT
from index.phrases.build import bulk_tokenizer
from index.phrases.build.bulk_tokenizer import SPECIAL_STRIDE
from index.phrases.build.vocabulary import Vocabulary
from index.text_to_words import NormalisedText, normalise, normalise_tokens

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("13½⁶$€%,.:/-−– []"),
        st.sampled_from("aœæß Œ.ȘţกําำՇ՞"),
        st.sampled_from("abIU.S. -’\n1éßıİñœ…“”–Ωж\u00a0\u00ad\u200b\u0301½ﬁ中ก🙂\ud800"),
        st.characters(max_codepoint=0x3100),
    ),
    max_size=60,
)


@pytest.mark.parametrize("min_table_texts", [1, 1000])
@settings(deadline=None)  # tables are made at first use
@given(texts=st.lists(TEXT, max_size=8))
def test_words_and_offsets_are_those_of_normalise(texts: list[str], min_table_texts: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_tokenizer, "_MIN_TABLE_TEXTS", min_table_texts)
        patch.setattr(bulk_tokenizer, "STRIDE", 2)
        vocabulary = Vocabulary()
        decimals = [(POINT, COMMA)[index % 2] for index in range(len(texts))]
        tokenized = bulk_tokenizer.tokenize(texts, decimals, vocabulary)

    for index, text in enumerate(texts):
        normal = normalise(text, decimals[index])
        numbers = tokenized.numbers[tokenized.starts[index] : tokenized.starts[index + 1]]
        text_words = [vocabulary.words[i].decode("utf-8", "surrogatepass") for i in numbers]
        assert text_words == list(normal.words)
        offsets = tokenized.offsets[index]
        assert (offsets & ~np.uint32(SPECIAL_STRIDE)).tolist() == list(normal.starts[::2])
        _assert_other_strides_are_tokens(text, normal, offsets.tolist())


def _assert_other_strides_are_tokens(text: str, normal: NormalisedText, offsets: list[int]) -> None:
    """Fail where a stride that is not marked has other words than its tokens."""
    for number, offset in enumerate(offsets):
        bounds = [normal.starts[n - 1 : n + 1] for n in (2 * number, 2 * number + 2)]
        parts_a_character = any(len(pair) == 2 and pair[0] == pair[1] for pair in bounds)
        if offset & SPECIAL_STRIDE or parts_a_character:
            continue
        last = number + 1 == len(offsets)
        stop = len(text) if last else offsets[number + 1] & ~SPECIAL_STRIDE
        words = normal.slice(2 * number, 2 * number + 2)
        assert normalise_tokens(text[offset:stop], offset, 0, 2) == words


@settings(deadline=None)  # tables are made at first use
@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=90), max_size=300))
def test_a_word_has_one_number_however_often_and_long(names: list[str]) -> None:
    vocabulary = Vocabulary()
    words = [name.encode() for name in names]
    first, again = vocabulary.number_words(words), vocabulary.number_words(words)

    assert first.tolist() == again.tolist()
    assert [vocabulary.words[number] for number in first] == words
    assert len(set(vocabulary.words)) == len(vocabulary.words)


def test_a_vocabulary_grows() -> None:
    vocabulary = Vocabulary()
    words = [f"word{number}".encode() for number in range(200_000)]

    numbers = vocabulary.number_words(words)

    assert numbers.tolist() == list(range(200_000))
    assert vocabulary.number_words(words[::-1]).tolist() == list(range(200_000))[::-1]
