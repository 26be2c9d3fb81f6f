from datetime import timedelta

from archive.integrity import clock_check
from archive.integrity.clock_check import ServerDate
from tests.support.filled_logs import NOON

TWO_HOURS = timedelta(hours=2)


def server_date(host: str, date: str = "Sun, 22 Nov 2026 12:00:00 GMT", age: int = 0) -> ServerDate:
    return ServerDate(host, date, NOON, age)


def test_a_clock_that_agrees_with_the_servers_is_not_suspect() -> None:
    estimate = clock_check.estimate_clock([server_date("a"), server_date("b"), server_date("c")])

    assert estimate == clock_check.ClockEstimate(timedelta(0), 3)
    assert not estimate.is_suspect


def test_a_clock_two_hours_off_is_suspect() -> None:
    fast = clock_check.estimate_clock(
        [server_date(host, "Sun, 22 Nov 2026 10:00:00 GMT") for host in "abc"]
    )
    slow = clock_check.estimate_clock(
        [server_date(host, "Sun, 22 Nov 2026 14:00:00 GMT") for host in "abc"]
    )

    assert fast is not None
    assert slow is not None
    assert (fast.offset, fast.is_suspect) == (TWO_HOURS, True)
    assert (slow.offset, slow.is_suspect) == (-TWO_HOURS, True)


def test_one_server_with_a_wrong_clock_does_not_outvote_two() -> None:
    wrong = [server_date("wrong", "Sun, 22 Nov 2026 20:00:00 GMT")] * 50

    estimate = clock_check.estimate_clock([server_date("a"), server_date("b"), *wrong])

    assert estimate is not None
    assert not estimate.is_suspect


def test_a_response_cached_for_an_hour_is_an_hour_old() -> None:
    estimate = clock_check.estimate_clock(
        [server_date("cached", "Sun, 22 Nov 2026 11:00:00 GMT", age=3600)]
    )

    assert estimate is not None
    assert estimate.offset == timedelta(0)


def test_without_a_usable_date_there_is_no_estimate() -> None:
    assert clock_check.estimate_clock([]) is None
    assert clock_check.estimate_clock([server_date("a", "yesterday"), server_date("b", "")]) is None
