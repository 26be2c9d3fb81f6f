"""Ctrl-C waits for a step that must be whole."""

import signal

import pytest

from archive.defer_interrupts import undisturbed


def test_an_interrupt_comes_after_the_step_and_not_in_it() -> None:
    done = []

    def step() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        step()

    assert done == ["whole"]


def test_a_step_without_an_interrupt_changes_nothing() -> None:
    before = signal.getsignal(signal.SIGINT)

    with undisturbed():
        pass

    assert signal.getsignal(signal.SIGINT) is before
