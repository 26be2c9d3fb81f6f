"""KeyboardInterrupt is deferred during a critical section."""

import signal

import pytest

from archive.defer_interrupts import defer_interrupts


def test_an_interrupt_is_raised_after_the_section_and_not_in_it() -> None:
    steps = []

    def step() -> None:
        with defer_interrupts():
            signal.raise_signal(signal.SIGINT)
            steps.append("whole")

    with pytest.raises(KeyboardInterrupt):
        step()

    assert steps == ["whole"]


def test_a_section_without_an_interrupt_restores_the_handler() -> None:
    before = signal.getsignal(signal.SIGINT)

    with defer_interrupts():
        pass

    assert signal.getsignal(signal.SIGINT) is before
