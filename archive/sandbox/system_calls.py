"""Make system calls that the C library has no function for, with syscall(2). Linux only."""

import ctypes
import os
import struct

SECCOMP_SET_MODE_FILTER, SECCOMP_GET_ACTION_AVAIL = 1, 2  # include/uapi/linux/seccomp.h
_FILTER_ALL_THREADS = 1
_SET_NO_NEW_PRIVS = 38  # include/uapi/linux/prctl.h
_INSTRUCTION_BYTES = 8


def make_call(number: int, *arguments: int | bytes | None) -> int:
    """Return the result of a system call; OSError where it fails. Bytes are passed as pointers."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result: int = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def forbid_new_privileges() -> None:
    """Set no_new_privs: programs that this thread starts gain no rights (prctl(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")


def install_filter(seccomp_number: int, program: bytes) -> None:
    """Filter the calls of this process with BPF `program`; `seccomp_number` is that of seccomp(2).

    It is for all its threads and all that it starts, and cannot be undone.
    """
    forbid_new_privileges()
    buffer = ctypes.create_string_buffer(program, len(program))
    count = len(program) // _INSTRUCTION_BYTES
    filter_program = struct.pack("@HP", count, ctypes.addressof(buffer))  # struct sock_fprog
    if make_call(seccomp_number, SECCOMP_SET_MODE_FILTER, _FILTER_ALL_THREADS, filter_program):
        raise OSError("a thread of this process cannot be filtered")
