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
        ("the\ufffc quay", "the quay"),
        ("\ufffc\nThe quay", "The quay"),
        ("qu\u034fay\U000e0041", "quay"),
        ("the quay\ufe0f", "the quay"),
        ("the \u061cquay\u2063", "the quay"),
        ("the\x08 quay\x90", "the quay"),
        ("the detention¹ of 2017\u2060¹", "the detention1 of 20171"),
        ("10⁶ parts", "10^6 parts"),
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
        ("10⁶ parts", "106 parts"),
        ("10⁶ parts", "10⁹ parts"),
        ("10⁻⁶ parts", "10-6 parts"),
        ("10⁶ parts", "10\u2060⁶ parts"),
        ("می\u200cروم", "میروم"),
        ("क्\u200dष", "क्ष"),
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


@given(st.text())
def test_a_text_of_plain_characters_has_one_fingerprint_by_all_rules(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    plain = "".join(char for char in plain if char.isprintable())

    assert fingerprint("t", plain, 2) == fingerprint("t", plain)
