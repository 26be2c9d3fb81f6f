"""What changed between two versions, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.diff import ChangeKind, diff_texts
from tests.support.steps import assert_steps_grow_linearly

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


_LINES = st.lists(
    st.sampled_from(["The dam is shut at noon.", "It rains on all of us.", "No.", "a b"])
)
_TEXTS = st.text(alphabet="ab .,\n", max_size=60) | _LINES.map("\n".join)


@given(_TEXTS, _TEXTS)
def test_what_no_change_covers_is_the_same_in_both(before: str, after: str) -> None:
    changes = diff_texts(before, after, "en")
    unchanged_before = _without(before, [(c.before_start, c.before_end) for c in changes])
    unchanged_after = _without(after, [(c.after_start, c.after_end) for c in changes])

    assert "".join(unchanged_before.split()) == "".join(unchanged_after.split())


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """Return `text` without the spans, none of which may overlap another."""
    kept, position = "", 0
    for start, end in sorted(spans):
        assert start >= position
        kept, position = kept + text[position:start], end
    return kept + text[position:]


MOVED = "Nobody was held at the mill without a charge."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{MOVED}\nThe dam is shut.\nIt rains.", f"The dam is shut.\nIt rains.\n{MOVED}"),
        (f"The dam is shut.\n{MOVED}", f"{MOVED}\n\nThe dam is shut."),
        (f"It rains. {MOVED} We sing. We eat.", f"It rains. We sing. We eat. {MOVED}"),
    ],
)
def test_a_line_or_sentence_at_another_place_is_one_move(before: str, after: str) -> None:
    changes = diff_texts(before, after, "en")

    assert [(change.op, change.kinds) for change in changes] == [("move", (ChangeKind.MOVE,))]
    assert changes[0].before == changes[0].after
    assert before[changes[0].before_start : changes[0].before_end] == changes[0].before
    assert after[changes[0].after_start : changes[0].after_end] == changes[0].after


def test_lines_that_moved_together_are_one_move_with_their_short_heading() -> None:
    rest = [f"The keeper of lock {number} wrote a letter." for number in range(6)]
    block = ["Toll", MOVED, "The ferry waits for the wind."]

    (change,) = diff_texts("\n".join([*block, *rest]), "\n".join([*rest, *block]), "en")

    assert (change.op, change.after) == ("move", "\n".join(block))


def test_a_move_beside_an_edit_leaves_the_edit_what_it_is() -> None:
    before = f"{MOVED}\nThe dam was shut.\nIt rains on all of us."
    after = f"The dam was not shut.\nIt rains on all of us.\n{MOVED}"

    changes = diff_texts(before, after, "en")

    assert [(change.op, change.after) for change in changes] == [("insert", "not"), ("move", MOVED)]
    assert ChangeKind.NEGATION in changes[0].kinds


def test_what_moved_and_was_edited_is_a_deletion_and_an_insertion() -> None:
    after = f"The dam is shut.\nIt rains.\n{MOVED.replace('Nobody', 'Somebody')}"

    changes = diff_texts(f"{MOVED}\nThe dam is shut.\nIt rains.", after, "en")

    assert sorted(change.op for change in changes) == ["delete", "insert"]


def test_a_short_answer_that_changes_places_has_not_moved() -> None:
    before, after = "Held?\nYes.\nHurt?\nNo.", "Held?\nNo.\nHurt?\nYes."

    changes = diff_texts(before, after, "en")

    assert changes
    assert "move" not in [change.op for change in changes]


def test_the_words_around_a_line_that_moved_away_are_changes_of_their_own() -> None:
    before = f"Alpha came here.\n{MOVED}\nBeta left us.\nThe dam is shut.\nIt rains on us."
    after = f"Gamma sang.\nDelta swam.\nThe dam is shut.\nIt rains on us.\n{MOVED}"

    changes = diff_texts(before, after, "en")

    assert [change.op for change in changes].count("move") == 1
    assert not any(MOVED in change.before for change in changes if change.op != "move")


@pytest.mark.parametrize("order", ["reversed", "interleaved", "rotated"])
def test_lines_that_move_take_steps_in_proportion(order: str) -> None:
    def compare(count: int) -> None:
        lines = [f"The keeper of lock {number} wrote a letter." for number in range(count)]
        others = {
            "reversed": lines[::-1],
            "interleaved": [text for line in lines for text in (line, f"Also: {line}")],
            "rotated": lines[count // 2 :] + lines[: count // 2],
        }
        diff_texts("\n".join(lines), "\n".join(others[order]), "en")

    assert_steps_grow_linearly(compare, 200)
