"""Filters that allow a process few system calls (seccomp), where the kernel has them.

Source: the kernel's Documentation/userspace-api/seccomp_filter.rst, seccomp(2), and
include/uapi/linux/{seccomp,filter,bpf_common,audit}.h. The filter is a list of calls that are
allowed; calls newer than the list give ENOSYS, as on an older kernel, all others EPERM. A call in
another convention than the machine's own (32-bit, x32) ends the process.
"""

import errno
import os
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.sandbox.syscall_numbers import CONDITIONAL, READING, STARTING_PROGRAMS, Numbers
from archive.sandbox.system_calls import SECCOMP_GET_ACTION_AVAIL, make_call

_LOAD, _AND, _JUMP_IF_EQUAL, _JUMP_IF_NOT_LESS, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL_PROCESS, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000

_X32_BIT = 0x40000000
_FIRST_NEWER_CALL = 424  # from here on, numbers are the same on all machines
# Among them clone3 and openat2, whose arguments are in memory, where no filter sees them.

_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC  # O_TMPFILE needs one of them
_TERMINAL_OR_DESCRIPTOR_FLAGS = (0x5401, 0x5450, 0x5451, 0x541B)  # TCGETS, FIONCLEX, FIOCLEX, …
_DESCRIPTOR_COMMANDS = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
_FILE_COMMANDS = (4, 5, 6, 7, 36, 37, 38)  # F_SETFL and locks
_SET_NAME = 15
_THREAD_FLAGS = 0x10100  # CLONE_THREAD and CLONE_VM
_NAMESPACE_FLAGS = 0x7E020000  # CLONE_NEW*
_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Machine:
    """A convention of calls: its number in audit.h, and its place in `Numbers`."""

    architecture: int
    column: int
    syscall_seccomp: int
    has_x32: bool = False


MACHINES = {
    "x86_64": _Machine(0xC000003E, 0, 317, has_x32=True),
    "aarch64": _Machine(0xC00000B7, 1, 277),
}


@dataclass(frozen=True, slots=True)
class _Condition:
    """A half of an argument (32 bits; 0 is the low half of the first), masked, is one of values."""

    half: int
    values: tuple[int, ...]
    mask: int = _WORD


_NO_POINTER = (_Condition(4, (0,)), _Condition(5, (0,)))  # the third argument
Instruction = tuple[int, int, int, int]  # struct sock_filter: code, jt, jf, k


def seccomp_number() -> int:
    """Return the number of seccomp(2) if this machine's kernel takes filters, else 0.

    Also 0 on a machine whose calls this program does not know.
    """
    machine = _this_machine()
    if machine is None:
        return 0
    action = struct.pack("=I", _KILL_PROCESS)
    try:
        make_call(machine.syscall_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, action)
    except OSError:
        return 0  # a kernel without it, or a container that forbids the call
    return machine.syscall_seccomp


def build_filter(*, starts_programs: bool, signal_to: int | None) -> bytes:
    """Return the filter of this machine as BPF.

    `starts_programs` allows to start programs and to write files: Landlock must say which.
    `signal_to` is the only process that may be sent signals, None for any.
    """
    machine = _this_machine()
    assert machine is not None  # noqa: S101 - the caller has its seccomp_number
    instructions = filter_instructions(
        machine, starts_programs=starts_programs, signal_to=signal_to
    )
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def filter_instructions(
    machine: _Machine, *, starts_programs: bool, signal_to: int | None
) -> list[Instruction]:
    """Return the instructions of a filter: struct sock_filter."""
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_IF_EQUAL, 1, 0, machine.architecture),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine.has_x32:
        program += [(_JUMP_IF_NOT_LESS, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL_PROCESS)]
    allowed = READING | (STARTING_PROGRAMS if starts_programs else {})
    for number in _numbers(allowed, machine):
        program += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    conditions = _conditions(starts_programs=starts_programs, signal_to=signal_to)
    for name, arguments in conditions.items():
        for number in _numbers({name: CONDITIONAL[name]}, machine):
            checks = [*_check_arguments(arguments), (_RETURN, 0, 0, _ALLOW)]
            program += [(_JUMP_IF_EQUAL, 0, len(checks), number), *checks]
    refusals = [
        (_JUMP_IF_NOT_LESS, 0, 1, _FIRST_NEWER_CALL),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
    ]
    return program + refusals


def _conditions(
    *, starts_programs: bool, signal_to: int | None
) -> dict[str, tuple[_Condition, ...]]:
    """Return with which arguments the calls of CONDITIONAL are allowed."""
    recipient = () if signal_to is None else (_Condition(0, (signal_to,)),)
    conditions = {
        "ioctl": (_Condition(2, _TERMINAL_OR_DESCRIPTOR_FLAGS),),
        "fcntl": (_Condition(2, _DESCRIPTOR_COMMANDS),),
        "open": (_Condition(2, (0,), _WRITE_FLAGS),),
        "openat": (_Condition(4, (0,), _WRITE_FLAGS),),
        "prlimit64": _NO_POINTER,  # limits are read, not set
        "prctl": (_Condition(0, (_SET_NAME,)),),
        "kill": recipient,
        "tgkill": recipient,
        "clone": (_Condition(0, (_THREAD_FLAGS,), _THREAD_FLAGS | _NAMESPACE_FLAGS),),
    }
    if starts_programs:
        conditions |= {
            "fcntl": (_Condition(2, _DESCRIPTOR_COMMANDS + _FILE_COMMANDS),),
            "open": (),
            "openat": (),
            "clone": (_Condition(0, (0,), _NAMESPACE_FLAGS),),
        }
    return conditions


def _check_arguments(conditions: Iterable[_Condition]) -> Iterator[Instruction]:
    """Yield what returns EPERM unless all conditions hold."""
    for condition in conditions:
        yield (_LOAD, 0, 0, _ARGUMENTS + 4 * condition.half)
        yield (_AND, 0, 0, condition.mask)
        for remaining in range(len(condition.values), 0, -1):
            yield (_JUMP_IF_EQUAL, remaining, 0, condition.values[-remaining])
        yield (_RETURN, 0, 0, _ERROR | errno.EPERM)


def _numbers(calls: dict[str, Numbers], machine: _Machine) -> list[int]:
    numbers = (pair[machine.column] for pair in calls.values())
    return [number for number in numbers if number is not None]


def _this_machine() -> _Machine | None:
    """Return the convention of this process; None where this program does not know its calls."""
    is_64_bit = sys.maxsize > _WORD
    is_linux = sys.platform == "linux" and is_64_bit and sys.byteorder == "little"
    return MACHINES.get(os.uname().machine) if is_linux else None
