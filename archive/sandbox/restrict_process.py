"""Restrict this process: what a sandbox process does before it sees any bytes of a page.

It is imported in every sandbox process, so it is light.
"""

from typing import NamedTuple

from archive.sandbox.landlock import restrict_files
from archive.sandbox.system_calls import install_filter


class Restrictions(NamedTuple):
    """What a process forbids itself; it cannot be undone."""

    landlock_abi: int  # 0: no Landlock
    path_rules: tuple[tuple[str, int], ...]
    seccomp_number: int  # of the system call; 0: no seccomp
    filter_program: bytes


def restrict_process(restrictions: Restrictions) -> None:
    """Apply `restrictions` to this process, which has one thread. OSError where one fails."""
    if restrictions.landlock_abi:
        restrict_files(restrictions.path_rules, restrictions.landlock_abi)
    if restrictions.seccomp_number:
        install_filter(restrictions.seccomp_number, restrictions.filter_program)
