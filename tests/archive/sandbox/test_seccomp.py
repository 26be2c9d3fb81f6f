"""What a filter decides, for both machines: its BPF is run here as the kernel would run it."""

import errno
import os
import struct

import pytest

from archive.sandbox.seccomp import MACHINES, filter_instructions
from archive.sandbox.syscall_numbers import CONDITIONAL, READING, STARTING_PROGRAMS

ALLOWED, KILLED = "allowed", "killed"
OWN_PID = 4242
X86_64, AARCH64 = 0xC000003E, 0xC00000B7
NOT_LISTED = {"x86_64": 41, "aarch64": 198}  # socket


def decide(
    machine: str, number: int, *arguments: int, architecture: int = 0, starts_programs: bool = False
) -> str:
    """Return what the filter of `machine` makes of a call: allowed, killed, or an error's name."""
    program = filter_instructions(
        MACHINES[machine], starts_programs=starts_programs, signal_to=OWN_PID
    )
    words = [*arguments, *[0] * (6 - len(arguments))]
    architecture = architecture or {"x86_64": X86_64, "aarch64": AARCH64}[machine]
    data = struct.pack("<iIQ6Q", number, architecture, 0, *words)
    position = accumulator = 0
    while True:
        code, if_true, if_false, k = program[position]
        position += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif code == 0x54:
            accumulator &= k
        elif code == 0x15:
            position += if_true if accumulator == k else if_false
        elif code == 0x35:
            position += if_true if accumulator >= k else if_false
        else:
            assert code == 0x06
            results = {0x7FFF0000: ALLOWED, 0x80000000: KILLED}
            return results.get(k) or errno.errorcode[k & 0xFFFF]


def numbers(calls: dict[str, tuple[int | None, int | None]], machine: str) -> dict[str, int]:
    column = ("x86_64", "aarch64").index(machine)
    return {name: pair[column] for name, pair in calls.items() if pair[column] is not None}  # type: ignore[misc]


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_calls_that_reading_needs_are_allowed_and_no_others(machine: str) -> None:
    allowed = {number for number in range(600) if decide(machine, number) == ALLOWED}
    unconditional = set(numbers(READING, machine).values())

    assert unconditional <= allowed
    assert allowed - unconditional <= set(numbers(CONDITIONAL, machine).values())
    assert decide(machine, NOT_LISTED[machine]) == "EPERM"
    assert {decide(machine, number) for number in (425, 435, 437, 599)} == {"ENOSYS"}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_program_may_be_started_by_a_profile_that_has_one_only(machine: str) -> None:
    for number in numbers(STARTING_PROGRAMS, machine).values():
        assert decide(machine, number) == "EPERM"
        assert decide(machine, number, starts_programs=True) == ALLOWED
    assert decide(machine, NOT_LISTED[machine], starts_programs=True) == "EPERM"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_another_convention_ends_the_process(machine: str) -> None:
    for architecture in {X86_64, AARCH64, 0x40000003} - {MACHINES[machine].architecture}:
        assert decide(machine, 0, architecture=architecture) == KILLED


def test_x32_ends_the_process() -> None:
    assert decide("x86_64", 0x40000000) == KILLED
    assert decide("x86_64", 0x40000000 + 59) == KILLED


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_arguments_decide_in_both_their_halves(machine: str) -> None:
    call = numbers(CONDITIONAL, machine)
    high = 1 << 32
    expected = {
        ("openat", 0, 0, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY): ALLOWED,
        ("openat", 0, 0, os.O_WRONLY): "EPERM",
        ("openat", 0, 0, os.O_RDWR): "EPERM",
        ("openat", 0, 0, os.O_RDONLY | os.O_TRUNC): "EPERM",
        ("openat", 0, 0, os.O_CREAT): "EPERM",
        ("openat", 0, 0, high | os.O_WRONLY): "EPERM",
        ("kill", OWN_PID, 9): ALLOWED,
        ("kill", 1, 9): "EPERM",
        ("kill", 0, 9): "EPERM",
        ("kill", (1 << 64) - 1, 9): "EPERM",
        ("kill", (1 << 64) - OWN_PID, 9): "EPERM",
        ("tgkill", 1, 1, 9): "EPERM",
        ("prlimit64", 0, 1, 0, 5): ALLOWED,
        ("prlimit64", 0, 1, 5, 0): "EPERM",
        ("prlimit64", 0, 1, high, 0): "EPERM",
        ("prctl", 15): ALLOWED,
        ("prctl", 22): "EPERM",
        ("clone", 0x3D0F00): ALLOWED,
        ("clone", 17): "EPERM",
        ("clone", 0x3D0F00 | 0x10000000): "EPERM",
        ("ioctl", 1, 0x5401): ALLOWED,
        ("ioctl", 1, 0x5412): "EPERM",  # TIOCSTI
        ("fcntl", 1, 3): ALLOWED,
        ("fcntl", 1, 8): "EPERM",  # F_SETOWN
    }

    for (name, *arguments), decision in expected.items():
        assert decide(machine, call[str(name)], *map(int, arguments)) == decision, (name, arguments)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_program_is_started_without_namespaces(machine: str) -> None:
    call = numbers(CONDITIONAL, machine)

    assert decide(machine, call["clone"], 17, starts_programs=True) == ALLOWED
    assert decide(machine, call["clone"], 17 | 0x40000000, starts_programs=True) == "EPERM"
    assert decide(machine, call["openat"], 0, 0, os.O_RDWR, starts_programs=True) == ALLOWED
    assert decide(machine, call["fcntl"], 1, 8, starts_programs=True) == "EPERM"
