"""What changed between two versions, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.diff import ChangeKind, diff_texts

BEFORE = "We call for calm.\nThe Union will support local forces, the guard included. It will stay."
AFTER = "We call for calm.\nIt will stay."


def test_a_deleted_sentence_is_one_change() -> None:
    (change,) = diff_texts(BEFORE, AFTER, "en")

    assert (change.op, change.after) == ("delete", "")
    assert "support local forces, the guard included." in change.before


def test_offsets_are_those_of_the_words_in_each_text() -> None:
    before, after = "No man was held.", "No woman was held here."

    for change in diff_texts(before, after, "en"):
        assert before[change.before_start : change.before_end] == change.before
        assert after[change.after_start : change.after_end] == change.after


@pytest.mark.parametrize(
    ("before", "after", "sort"),
    [
        ("They were not held.", "They were held.", ChangeKind.NEGATION),
        ("He was held for 12 days.", "He was held for 21 days.", ChangeKind.NUMBERS),
        ("a letter to Ilmar Vesk today", "a letter to Ilmar Vask today", ChangeKind.NAMES),
        ("on 13 April they came", "on 14 April they came", ChangeKind.DATES),
        ("they came, and left", "they came and left", ChangeKind.PUNCTUATION),
        ("they fled the town", "they left the town", ChangeKind.WORDING),
    ],
)
def test_each_change_says_what_it_touches(before: str, after: str, sort: ChangeKind) -> None:
    (change,) = diff_texts(before, after, "en")

    assert sort in change.kinds


@pytest.mark.parametrize("same", ["They  said ‘no’.", "They said\n‘no’.", "They said 'no'."])
def test_typography_and_line_breaks_are_no_change(same: str) -> None:
    assert diff_texts("They said ‘no’.", same, "en") == []


@given(st.text(alphabet="ab .,\n", max_size=60), st.text(alphabet="ab .,\n", max_size=60))
def test_what_no_change_covers_is_the_same_in_both(before: str, after: str) -> None:
    changes = diff_texts(before, after, "en")
    unchanged_before, unchanged_after, before_end, after_end = "", "", 0, 0
    for change in changes:
        unchanged_before += before[before_end : change.before_start]
        unchanged_after += after[after_end : change.after_start]
        before_end, after_end = change.before_end, change.after_end

    unchanged_before, unchanged_after = (
        unchanged_before + before[before_end:],
        unchanged_after + after[after_end:],
    )
    assert "".join(unchanged_before.split()) == "".join(unchanged_after.split())
