"""Comparing attribution and issuer: bodies that the press confuses."""

import pytest

from index.quotes.article.organisations import is_attributed_elsewhere


@pytest.mark.parametrize(
    ("attributed_to", "issuer", "expected"),
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
def test_attribution_to_another_body_is_recognised(
    attributed_to: str, issuer: str, expected: bool
) -> None:
    assert is_attributed_elsewhere(attributed_to, [issuer]) is expected


def test_a_person_whom_the_statement_names_may_have_said_it() -> None:
    assert not is_attributed_elsewhere("Flavia Elphberg", ["Panel"], "By Flavia Elphberg, chair.")
    assert is_attributed_elsewhere("Flavia Elphberg", ["Panel"], "By nobody.")
