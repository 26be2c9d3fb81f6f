"""Restrict this process's files, TCP ports and signals with Landlock, where the kernel has it.

Source: the kernel's Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h.
"""

import errno
import os
import stat
import struct
import sys
from collections.abc import Iterable

from archive.sandbox.system_calls import forbid_new_privileges, make_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine below
_MACHINES = frozenset({"x86_64", "aarch64", "riscv64", "ppc64le", "s390x", "armv7l", "i686"})
_VERSION_FLAG = 1
_PATH_BENEATH = 1


# What may be done with files (LANDLOCK_ACCESS_FS_*).
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG = 1 << 7, 1 << 8
REFER, TRUNCATE = 1 << 13, 1 << 14  # REFER: to move or to link to another folder
READ = READ_FILE | READ_DIR
WRITE = WRITE_FILE | TRUNCATE | MAKE_REG | MAKE_DIR | REMOVE_FILE | REMOVE_DIR | REFER

_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
# By the version that has them: all rights with files that there are, each of which is forbidden
# unless a rule allows it. Version 2 added REFER, 3 TRUNCATE, 5 IOCTL_DEV, 9 RESOLVE_UNIX.
_RIGHTS = ((9, (1 << 17) - 1), (5, (1 << 16) - 1), (3, (1 << 15) - 1), (2, (1 << 14) - 1))
_RIGHTS_OF_FIRST = (1 << 13) - 1
_TCP_SINCE_ABI, _TCP_RIGHTS = 4, 0b11  # bind and connect
_SCOPES_SINCE_ABI, _SCOPES = 6, 0b11  # abstract sockets and signals of processes outside
_SCOPE_OF_SOCKETS = 0b01


PathRules = Iterable[tuple[str, int]]  # a file or folder, and what is allowed in it


def landlock_abi() -> int:
    """Return the version of Landlock that this machine's kernel offers; 0 for none."""
    if sys.platform != "linux" or os.uname().machine not in _MACHINES:
        return 0
    try:
        return make_call(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    except OSError:
        return 0  # an older kernel, one started without it, or a container that forbids the call


def restrict_files(rules: PathRules, abi: int) -> None:
    """Forbid this thread, and all that it starts, whatever `rules` do not allow. OSError if not.

    `abi` is what `landlock_abi` returned, not 0. Paths that do not exist are passed over. All TCP
    ports are forbidden, and signals and abstract sockets to other processes, where `abi` has these.
    """
    handled = next((rights for version, rights in _RIGHTS if abi >= version), _RIGHTS_OF_FIRST)
    ruleset = _create_ruleset(handled, abi)
    try:
        for path, access in rules:
            _add_rule(ruleset, path, access & handled)
        forbid_new_privileges()
        make_call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _create_ruleset(handled: int, abi: int) -> int:
    """Return the descriptor of a ruleset; its struct landlock_ruleset_attr has three fields.

    A kernel ignores those that it does not have where they are 0.
    """
    tcp = _TCP_RIGHTS if abi >= _TCP_SINCE_ABI else 0
    scopes = _SCOPES if abi >= _SCOPES_SINCE_ABI else 0
    attributes = struct.pack("=QQQ", handled, tcp, scopes)
    try:
        return make_call(_CREATE_RULESET, attributes, len(attributes), 0)
    except OSError as error:
        if error.errno != errno.EINVAL or not scopes:
            raise
    # Kernels of RHEL 9 state version 6 and lack the scope of signals.
    attributes = struct.pack("=QQQ", handled, tcp, _SCOPE_OF_SOCKETS)
    return make_call(_CREATE_RULESET, attributes, len(attributes), 0)


def _add_rule(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            access &= _OF_FILES
        beneath = struct.pack("=Qi", access, descriptor)  # struct landlock_path_beneath_attr
        make_call(_ADD_RULE, ruleset, _PATH_BENEATH, beneath, 0)
    finally:
        os.close(descriptor)
