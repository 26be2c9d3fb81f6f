from datetime import timedelta

from archive.integrity.clock_check import ClockEstimate, estimate_from_offsets

TWO_HOURS = timedelta(hours=2)


def test_a_clock_that_agrees_with_the_servers_is_not_suspect() -> None:
    estimate = estimate_from_offsets([("a", 0.0), ("b", 0.0), ("c", 0.0)])

    assert estimate == ClockEstimate(timedelta(0), 3)
    assert not estimate.is_suspect


def test_a_clock_two_hours_off_is_suspect() -> None:
    fast = estimate_from_offsets([(host, -7200.0) for host in "abc"])
    slow = estimate_from_offsets([(host, 7200.0) for host in "abc"])

    assert fast is not None
    assert slow is not None
    assert (fast.offset, fast.is_suspect) == (TWO_HOURS, True)
    assert (slow.offset, slow.is_suspect) == (-TWO_HOURS, True)


def test_one_server_with_a_wrong_clock_does_not_outvote_two() -> None:
    wrong = [("wrong", 28800.0)] * 50

    estimate = estimate_from_offsets([("a", 0.0), ("b", 0.0), *wrong])

    assert estimate is not None
    assert not estimate.is_suspect


def test_without_a_date_there_is_no_estimate() -> None:
    assert estimate_from_offsets([]) is None
