"""Stretches of a text around what was found."""

import pytest

from onrecord.web.highlight import snippets

FILLER = "and so it went on for many a line and many a day, " * 4


@pytest.mark.parametrize("ellipsis", ["…", "..."])
def test_dots_that_the_text_has_are_not_said_twice(ellipsis: str) -> None:
    text = f"{FILLER}{ellipsis} then they were released{ellipsis} {FILLER}"
    start = text.index("released")

    (snippet,) = snippets(text, [(start, start + 8)])

    text_shown = "".join(piece.text for piece in snippet.pieces)
    assert snippet.truncated_before is not text_shown.startswith(ellipsis)
    assert snippet.truncated_after is not text_shown.endswith(ellipsis)


def test_a_stretch_that_begins_at_the_texts_own_dots_has_none_of_ours() -> None:
    text = f"{FILLER}… {'x' * 105} released"
    start = text.index("released")

    (snippet,) = snippets(text, [(start, start + 8)])

    assert snippet.pieces[0].text.startswith("…")
    assert not snippet.truncated_before


def test_what_is_cut_in_mid_sentence_is_cut() -> None:
    text = f"{FILLER}released {FILLER}"
    start = text.index("released")

    (snippet,) = snippets(text, [(start, start + 8)])

    assert snippet.truncated_before
    assert snippet.truncated_after
