"""Snippets of a text around matches; texts with their edits."""

import pytest

from archive.text.diff import diff_texts
from onrecord.web.highlight import mark_edits, snippets

FILLER = "and so it went on for many a line and many a day, " * 4


@pytest.mark.parametrize("ellipsis", ["…", "..."])
def test_an_ellipsis_of_the_text_is_not_doubled(ellipsis: str) -> None:
    text = f"{FILLER}{ellipsis} then they were released{ellipsis} {FILLER}"
    start = text.index("released")

    (snippet,) = snippets(text, [(start, start + 8)])

    text_shown = "".join(piece.text for piece in snippet.pieces)
    assert snippet.truncated_before is not text_shown.startswith(ellipsis)
    assert snippet.truncated_after is not text_shown.endswith(ellipsis)


def test_a_snippet_that_begins_at_an_ellipsis_of_the_text_gets_none() -> None:
    text = f"{FILLER}… {'x' * 105} released"
    start = text.index("released")

    (snippet,) = snippets(text, [(start, start + 8)])

    assert snippet.pieces[0].text.startswith("…")
    assert not snippet.truncated_before


def test_a_snippet_from_mid_sentence_is_truncated_on_both_sides() -> None:
    text = f"{FILLER}released {FILLER}"
    start = text.index("released")

    (snippet,) = snippets(text, [(start, start + 8)])

    assert snippet.truncated_before
    assert snippet.truncated_after


def test_a_line_that_moved_is_shown_once_where_it_is_now() -> None:
    moved = "Nobody was held at the mill without a charge."
    before = f"{moved}\nThe dam is shut at noon.\nIt rains on all of us."
    after = f"The dam is shut at noon.\nIt rains on all of us.\n{moved}"

    lines = mark_edits(after, diff_texts(before, after, "en"))

    assert [[(piece.text, piece.element) for piece in line] for line in lines] == [
        [("The dam is shut at noon.", "")],
        [("It rains on all of us.", "")],
        [(moved, "move")],
    ]
