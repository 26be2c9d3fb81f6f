import random

from archive.catalogue.stored_texts.train_dictionary import MIN_TEXTS, train_dictionary

WORDS = [f"{a}{b}{c}" for a in ("bor", "cen", "dis") for b in "aeiou" for c in ("ter", "ling", "s")]


def texts(count: int) -> list[str]:
    chance = random.Random(1)
    return [" ".join(chance.choices(WORDS, k=300)) for _ in range(count)]


def test_a_dictionary_has_words_that_many_texts_have() -> None:
    dictionary = train_dictionary(texts(400))

    assert sum(word.encode() in dictionary for word in WORDS) > len(WORDS) / 2


def test_a_dictionary_has_no_word_of_a_few_texts() -> None:
    few = [f"{text} Quintessentially {text}" for text in texts(MIN_TEXTS - 1)]

    assert b"Quintessentially" not in train_dictionary(few + texts(400))


def test_a_dictionary_has_no_run_of_common_words_that_a_few_texts_have() -> None:
    sentence = "center discus boring sentence center"
    few = [f"{sentence} {text} {sentence}" for text in texts(MIN_TEXTS - 1)]

    assert sentence.encode() not in train_dictionary(few + texts(400))


def test_texts_with_too_little_alike_have_no_dictionary() -> None:
    assert train_dictionary(["one", "two"]) == b""
