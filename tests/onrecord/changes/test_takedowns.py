"""An address is gone after enough valid attempts in vain over enough days."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from onrecord.changes.takedowns import PageAnswer, PageAttempt, Presence, judge_presence
from tests.support.builders import START, day


def attempts(*observations: tuple[float, str], is_site_healthy: bool = True) -> list[PageAttempt]:
    return [
        PageAttempt(
            capture=f"c{number}",
            when=START + timedelta(days=when),
            answer=PageAnswer(answer),
            is_site_healthy=is_site_healthy,
        )
        for number, (when, answer) in enumerate(observations)
    ]


GONE = [(0.0, "present"), (1.0, "absent"), (5.0, "absent"), (10.0, "absent"), (15.0, "absent")]


def test_gone_needs_fourteen_days_and_four_valid_attempts() -> None:
    judgement = judge_presence(attempts(*GONE))

    assert judgement.presence is Presence.GONE
    assert (judgement.since, judgement.attempts) == (day(1), 4)
    assert (judgement.last_present, judgement.first_absent, judgement.last_absent) == (
        "c0",
        "c1",
        "c4",
    )


def test_before_that_it_is_missing_since_the_first_attempt_in_vain() -> None:
    judgement = judge_presence(attempts(*GONE[:-1]))

    assert judgement.presence is Presence.MISSING
    assert judgement.since == day(1)


def test_fourteen_days_of_three_attempts_are_not_enough() -> None:
    assert (
        judge_presence(attempts(GONE[0], *GONE[2:], (16.0, "unknown"))).presence is Presence.MISSING
    )
    assert (
        judge_presence(attempts(*GONE[:2], (2.0, "absent"), (20.0, "absent"))).presence
        is Presence.MISSING
    )


def test_attempts_an_hour_apart_count_once() -> None:
    judgement = judge_presence(
        attempts((0, "present"), *((1 + n / 24, "absent") for n in range(5)), (16, "absent"))
    )

    assert (judgement.presence, judgement.attempts) == (Presence.MISSING, 2)


def test_block_pages_and_errors_say_nothing_about_the_statement() -> None:
    assert judge_presence(
        attempts((0, "present"), *((n, "unknown") for n in range(1, 40)))
    ) == judge_presence(attempts((0, "present")))


def test_while_the_site_is_unhealthy_nothing_is_missing() -> None:
    assert judge_presence(attempts(*GONE, is_site_healthy=False)).presence is Presence.PRESENT


def test_a_return_is_recorded_with_the_presence_before_it() -> None:
    judgement = judge_presence(attempts(*GONE, (30.0, "present")))

    assert (judgement.presence, judgement.previous, judgement.returned) == (
        Presence.PRESENT,
        Presence.GONE,
        "c5",
    )
    assert judgement.since == day(30)


@given(st.lists(st.tuples(st.floats(0, 60), st.sampled_from(list(PageAnswer)), st.booleans())))
def test_nothing_is_gone_that_was_seen_less_than_fourteen_days_ago(
    observations: list[tuple[float, PageAnswer, bool]],
) -> None:
    page_attempts = [
        PageAttempt(
            capture=str(n),
            when=START + timedelta(days=when),
            answer=answer,
            is_site_healthy=is_site_healthy,
        )
        for n, (when, answer, is_site_healthy) in enumerate(
            sorted(observations, key=lambda attempt: attempt[0])
        )
    ]
    judgement = judge_presence(page_attempts)

    present: list[datetime] = [
        attempt.when for attempt in page_attempts if attempt.answer is PageAnswer.PRESENT
    ]
    if judgement.presence is Presence.GONE and present:
        assert page_attempts[-1].when - present[-1] >= timedelta(days=14)
