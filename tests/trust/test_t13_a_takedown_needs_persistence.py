"""T13: a page is gone after fourteen days and four good tries, with the captures that show it."""

from datetime import UTC, datetime, timedelta

from onrecord.changes.takedowns import PageAnswer, PageAttempt, Presence, judge_presence

START = datetime(2024, 5, 1, 9, tzinfo=UTC)


def attempt(hours: int, answer: PageAnswer, *, is_site_healthy: bool = True) -> PageAttempt:
    when = START + timedelta(hours=hours)
    return PageAttempt(
        capture=f"urn:uuid:{hours}", when=when, answer=answer, is_site_healthy=is_site_healthy
    )


def absences(first: int, last: int, step: int = 1) -> list[PageAttempt]:
    return [attempt(24 * day, PageAnswer.ABSENT) for day in range(first, last, step)]


def test_a_404_that_comes_and_goes_for_a_day_is_no_takedown() -> None:
    flapping = [
        attempt(hour, PageAnswer.ABSENT if hour % 4 else PageAnswer.PRESENT)
        for hour in range(0, 25, 2)
    ]

    assert judge_presence(flapping).presence is not Presence.GONE


def test_a_404_for_fourteen_days_is_reported_with_its_evidence() -> None:
    judgement = judge_presence([attempt(0, PageAnswer.PRESENT), *absences(1, 17)])

    assert judgement.presence is Presence.GONE
    assert judgement.last_present == "urn:uuid:0"
    assert judgement.first_absent == "urn:uuid:24"
    assert judgement.since == START + timedelta(days=1)


def test_before_fourteen_days_it_is_missing_since_the_first_404() -> None:
    judgement = judge_presence([attempt(0, PageAnswer.PRESENT), *absences(1, 10)])

    assert judgement.presence is Presence.MISSING
    assert judgement.since == START + timedelta(days=1)


def test_fourteen_days_of_an_unhealthy_site_prove_nothing() -> None:
    absences_while_unhealthy = [
        attempt(24 * day, PageAnswer.ABSENT, is_site_healthy=False) for day in range(1, 20)
    ]

    assert (
        judge_presence([attempt(0, PageAnswer.PRESENT), *absences_while_unhealthy]).presence
        is not Presence.GONE
    )


def test_a_block_page_or_an_error_is_no_evidence_of_absence() -> None:
    block_pages = [attempt(24 * day, PageAnswer.UNKNOWN) for day in range(1, 20)]

    assert (
        judge_presence([attempt(0, PageAnswer.PRESENT), *block_pages]).presence is Presence.PRESENT
    )
