"""When a statement may be said to be gone."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from onrecord.changes.takedowns import PageAnswer, PageAttempt, Presence, judge_presence
from tests.support.builders import START, day


def tries(*told: tuple[float, str], well: bool = True) -> list[PageAttempt]:
    return [
        PageAttempt(
            capture=f"c{number}",
            when=START + timedelta(days=when),
            answer=PageAnswer(answer),
            site_well=well,
        )
        for number, (when, answer) in enumerate(told)
    ]


GONE = [(0.0, "held"), (1.0, "absent"), (5.0, "absent"), (10.0, "absent"), (15.0, "absent")]


def test_gone_is_said_after_fourteen_days_and_four_good_tries() -> None:
    found = judge_presence(tries(*GONE))

    assert found.presence is Presence.GONE
    assert (found.since, found.tries) == (day(1), 4)
    assert (found.last_held, found.first_absent, found.last_absent) == ("c0", "c1", "c4")


def test_before_that_it_is_missing_since_the_first_try_in_vain() -> None:
    found = judge_presence(tries(*GONE[:-1]))

    assert found.presence is Presence.MISSING
    assert found.since == day(1)


def test_fourteen_days_of_three_tries_are_not_enough() -> None:
    assert judge_presence(tries(GONE[0], *GONE[2:], (16.0, "nothing"))).presence is Presence.MISSING
    assert (
        judge_presence(tries(*GONE[:2], (2.0, "absent"), (20.0, "absent"))).presence
        is Presence.MISSING
    )


def test_tries_an_hour_apart_are_one_try() -> None:
    found = judge_presence(
        tries((0, "held"), *((1 + n / 24, "absent") for n in range(5)), (16, "absent"))
    )

    assert (found.presence, found.tries) == (Presence.MISSING, 2)


def test_walls_and_errors_say_nothing_about_the_statement() -> None:
    assert judge_presence(
        tries((0, "held"), *((n, "nothing") for n in range(1, 40)))
    ) == judge_presence(tries((0, "held")))


def test_while_the_site_is_unwell_nothing_is_missing() -> None:
    assert judge_presence(tries(*GONE, well=False)).presence is Presence.THERE


def test_coming_back_is_recorded_with_what_it_was() -> None:
    back = judge_presence(tries(*GONE, (30.0, "held")))

    assert (back.presence, back.was, back.returned) == (Presence.THERE, Presence.GONE, "c5")
    assert back.since == day(30)


@given(st.lists(st.tuples(st.floats(0, 60), st.sampled_from(list(PageAnswer)), st.booleans())))
def test_nothing_is_gone_that_was_seen_less_than_fourteen_days_ago(
    told: list[tuple[float, PageAnswer, bool]],
) -> None:
    every = [
        PageAttempt(
            capture=str(n), when=START + timedelta(days=when), answer=answer, site_well=well
        )
        for n, (when, answer, well) in enumerate(sorted(told, key=lambda each: each[0]))
    ]
    found = judge_presence(every)

    held: list[datetime] = [each.when for each in every if each.answer is PageAnswer.HELD]
    if found.presence is Presence.GONE and held:
        assert every[-1].when - held[-1] >= timedelta(days=14)
