"""What is an edit and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.fingerprint import fingerprint, normalize_text


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The “end” of it", 'The "end" of it'),
        ("it’s over", "it's over"),
        ("a – b", "a — b"),
        ("a\n\n  b", "a b"),
        ("perse\u00adcution", "persecution"),
        ("wait …", "wait..."),
        ("no\u00a0break", "no break"),
        ("ﬁrst", "first"),
        ("the Report .", "the Report."),
        ("( see below )", "(see below)"),
        ("人权 观察", "人权观察"),
    ],
)
def test_typography_and_white_space_are_no_edit(one: str, two: str) -> None:
    assert fingerprint("t", one) == fingerprint("t", two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("We do not", "We do"),
        ("the end, of", "the end of"),
        ("the State", "the state"),
        ("100 men", "101 men"),
        ("fuelled", "fueled"),
        ("DavidProuty", "David Prouty"),
        ("all together", "altogether"),
        ("in 19 70", "in 1970"),
        ("кто либо", "ктолибо"),
        ("मानव अधिकार", "मानवअधिकार"),
    ],
)
def test_a_letter_a_digit_a_comma_or_a_capital_is_an_edit(one: str, two: str) -> None:
    assert fingerprint("t", one) != fingerprint("t", two)


def test_the_capitals_of_a_title_are_the_sites_house_style() -> None:
    assert fingerprint("Panel And Union Meet", "x") == fingerprint("Panel and Union Meet", "x")


def test_words_cannot_move_between_title_and_text_unseen() -> None:
    assert fingerprint("a b", "c") != fingerprint("a", "b c")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert normalize_text(normalize_text(text)) == normalize_text(text)
