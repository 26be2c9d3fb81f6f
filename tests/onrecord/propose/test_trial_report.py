"""What a trial of a source shows of each field."""

from archive.models import Issued
from onrecord.propose.trial_report import describe_issued


def test_a_date_is_shown_with_its_printed_form_and_a_guess_as_one() -> None:
    stated = Issued("2021-03-04", "4 March 2021", "selector")
    guess = Issued("2021-03-04", "/2021/03/04/harvest", "url")

    assert describe_issued(stated) == "2021-03-04 (“4 March 2021”)"
    assert describe_issued(guess) == "2021-03-04 (a guess; “/2021/03/04/harvest”)"
