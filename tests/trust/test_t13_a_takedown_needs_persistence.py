"""T13: gone is said after fourteen days and four good tries, with the captures it stands on."""

from datetime import UTC, datetime, timedelta

from onrecord.changes.takedowns import PageAnswer, PageAttempt, Presence, judge_presence

START = datetime(2024, 5, 1, 9, tzinfo=UTC)


def tried(hours: int, answer: PageAnswer, *, well: bool = True) -> PageAttempt:
    when = START + timedelta(hours=hours)
    return PageAttempt(capture=f"urn:uuid:{hours}", when=when, answer=answer, site_well=well)


def days(first: int, last: int, step: int = 1) -> list[PageAttempt]:
    return [tried(24 * day, PageAnswer.ABSENT) for day in range(first, last, step)]


def test_a_404_that_comes_and_goes_for_a_day_is_no_takedown() -> None:
    flapping = [tried(h, PageAnswer.ABSENT if h % 4 else PageAnswer.HELD) for h in range(0, 25, 2)]

    assert judge_presence(flapping).presence is not Presence.GONE


def test_a_404_for_fourteen_days_is_reported_with_its_evidence() -> None:
    judged = judge_presence([tried(0, PageAnswer.HELD), *days(1, 17)])

    assert judged.presence is Presence.GONE
    assert judged.last_held == "urn:uuid:0"
    assert judged.first_absent == "urn:uuid:24"
    assert judged.since == START + timedelta(days=1)


def test_before_that_it_is_missing_since_the_first_of_them() -> None:
    judged = judge_presence([tried(0, PageAnswer.HELD), *days(1, 10)])

    assert judged.presence is Presence.MISSING
    assert judged.since == START + timedelta(days=1)


def test_fourteen_days_of_an_unwell_site_prove_nothing() -> None:
    unwell = [tried(24 * day, PageAnswer.ABSENT, well=False) for day in range(1, 20)]

    assert judge_presence([tried(0, PageAnswer.HELD), *unwell]).presence is not Presence.GONE


def test_a_wall_or_an_error_says_nothing_of_the_statement() -> None:
    walls = [tried(24 * day, PageAnswer.NOTHING) for day in range(1, 20)]

    assert judge_presence([tried(0, PageAnswer.HELD), *walls]).presence is Presence.THERE
