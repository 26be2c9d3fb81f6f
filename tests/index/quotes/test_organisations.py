"""Who is credited, and who issued it: bodies that the press takes for one another."""

import pytest

from index.quotes.article.organisations import credited_elsewhere


@pytest.mark.parametrize(
    ("credited", "issuer", "elsewhere"),
    [
        ("the UN Commissioner for Human Rights’ office", "UN Special Procedures", True),
        ("UN experts for the Office of High Commissioner", "UN Special Procedures", False),
        ("five independent experts", "UN Special Procedures", False),
        ("Secretary-General António Guterres", "OHCHR", True),
        ("Human Rights Watch", "Panel on Disappearances", True),
        ("the Panel", "Panel on Disappearances", False),
        ("officials", "Panel on Disappearances", False),
        ("", "Panel on Disappearances", False),
    ],
)
def test_credit_to_another_body_is_told(credited: str, issuer: str, elsewhere: bool) -> None:
    assert credited_elsewhere(credited, [issuer]) is elsewhere


def test_a_person_whom_the_statement_names_may_have_said_it() -> None:
    assert not credited_elsewhere("Flavia Elphberg", ["Panel"], "By Flavia Elphberg, chair.")
    assert credited_elsewhere("Flavia Elphberg", ["Panel"], "By nobody.")
