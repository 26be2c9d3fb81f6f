import threading
from datetime import UTC, datetime

import pytest

from scrapers.fetch.throttle import (
    HostThrottle,
    HostTurnTable,
    HostWaitError,
    SystemClock,
    parse_retry_after,
)
from tests.support.http_publisher import SteppingClock

NOW = datetime(2026, 4, 13, 12, tzinfo=UTC)


def test_eleven_requests_to_a_host_take_ten_delays() -> None:
    clock = SteppingClock()
    gate = HostThrottle(clock, delay=0.2, jitter=0.0)

    for _ in range(11):
        with gate.acquire("ministry.example"):
            pass

    assert sum(clock.slept) == pytest.approx(2.0)


def test_jitter_makes_the_wait_longer_and_never_shorter() -> None:
    clock = SteppingClock()
    chances = iter([0.0, 1.0, 0.5])
    gate = HostThrottle(clock, delay=10.0, jitter=0.2, random_float=lambda: next(chances))

    for _ in range(3):
        with gate.acquire("ministry.example"):
            pass

    assert clock.slept == [pytest.approx(10.0), pytest.approx(12.0)]


def test_hosts_do_not_wait_for_each_other() -> None:
    clock = SteppingClock()
    gate = HostThrottle(clock, delay=60.0)

    for host in ("a.example", "b.example"):
        with gate.acquire(host):
            pass

    assert clock.slept == []


def test_a_paused_host_is_not_requested() -> None:
    clock = SteppingClock()
    gate = HostThrottle(clock, delay=1.0, jitter=0.0)
    gate.pause("ministry.example", 30.0)
    gate.pause("ministry.example", 5.0)

    with gate.acquire("ministry.example"):
        pass

    assert clock.slept == [pytest.approx(30.0)]


def test_throttles_that_share_turns_keep_their_requests_apart() -> None:
    clock, turns = SteppingClock(), HostTurnTable()

    for delay in (5.0, 1.0):
        with HostThrottle(clock, delay=delay, jitter=0.0, turns=turns).acquire("ministry.example"):
            pass

    assert clock.slept == [pytest.approx(5.0)]


def test_a_wait_is_never_shortened_and_one_over_a_minute_is_not_waited_for() -> None:
    clock = SteppingClock()
    gate = HostThrottle(clock, delay=1.0, jitter=0.0)
    gate.pause("ministry.example", 61.0)

    with pytest.raises(HostWaitError), gate.acquire("ministry.example"):
        pass
    clock.advance(2.0)
    with gate.acquire("ministry.example"):
        pass

    assert clock.slept == [pytest.approx(59.0)]


def test_jitter_makes_no_wait_too_long_for_a_visit() -> None:
    clock = SteppingClock()
    gate = HostThrottle(clock, delay=1.0, jitter=0.2, random_float=lambda: 1.0)

    for _ in range(2):
        with gate.acquire("ministry.example", 60.0):
            pass

    assert clock.slept == [pytest.approx(60.0)]


def test_a_delay_of_our_own_is_waited_for_however_long() -> None:
    clock = SteppingClock()
    gate = HostThrottle(clock, delay=90.0, jitter=0.0)

    for _ in range(2):
        with gate.acquire("ministry.example"):
            pass

    assert clock.slept == [pytest.approx(90.0)]


def test_a_failed_request_counts_for_the_delay() -> None:
    clock = SteppingClock()
    gate = HostThrottle(clock, delay=4.0, jitter=0.0)

    with pytest.raises(ValueError, match="no"), gate.acquire("ministry.example"):
        raise ValueError("no")
    with gate.acquire("ministry.example"):
        pass

    assert clock.slept == [pytest.approx(4.0)]


def test_one_request_at_a_time_is_made_to_a_host() -> None:
    gate = HostThrottle(SteppingClock(), delay=0.0)
    inside: list[int] = []
    most = 0

    def work() -> None:
        nonlocal most
        for _ in range(200):
            with gate.acquire("ministry.example"):
                inside.append(1)
                most = max(most, len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Mon, 13 Apr 2026 12:01:00 GMT", 60.0),
        ("Mon, 13 Apr 2026 12:01:00 -0000", 60.0),
        ("Monday, 13-Apr-26 12:01:00 GMT", 60.0),
        ("Mon, 13 Apr 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 40, float("inf")),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


def test_the_machines_clock_is_in_utc_and_passes() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(0.0)

    assert before.tzinfo is UTC
    assert clock.now() >= before
