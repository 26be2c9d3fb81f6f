"""Stretches of a text around what was found."""

import pytest

from onrecord.web.highlight import snippets

FAR = "and so it went on for many a line and many a day, " * 4


@pytest.mark.parametrize("dots", ["…", "..."])
def test_dots_that_the_text_has_are_not_said_twice(dots: str) -> None:
    text = f"{FAR}{dots} then they were released{dots} {FAR}"
    start = text.index("released")

    (found,) = snippets(text, [(start, start + 8)])

    shown = "".join(piece.text for piece in found.pieces)
    assert found.cut_before is not shown.startswith(dots)
    assert found.cut_after is not shown.endswith(dots)


def test_a_stretch_that_begins_at_the_texts_own_dots_has_none_of_ours() -> None:
    text = f"{FAR}… {'x' * 105} released"
    start = text.index("released")

    (found,) = snippets(text, [(start, start + 8)])

    assert found.pieces[0].text.startswith("…")
    assert not found.cut_before


def test_what_is_cut_in_mid_sentence_is_cut() -> None:
    text = f"{FAR}released {FAR}"
    start = text.index("released")

    (found,) = snippets(text, [(start, start + 8)])

    assert found.cut_before
    assert found.cut_after
