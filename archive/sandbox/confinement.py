"""What this machine's kernel can forbid a sandbox process, and what to forbid it."""

from dataclasses import dataclass

from archive.errors import StorageError
from archive.sandbox.landlock import landlock_abi
from archive.sandbox.profile import SandboxProfile, path_rules
from archive.sandbox.restrict_process import Restrictions
from archive.sandbox.seccomp import build_filter, seccomp_number

_ABI_WITH_TRUNCATION = 3  # earlier ones let a file be emptied that may only be read
_ABI_WITH_SIGNALS = 6


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a kernel offers beside resource limits."""

    landlock_abi: int  # 0 for none
    has_seccomp: bool

    def __str__(self) -> str:
        landlock = f"Landlock ABI {self.landlock_abi}" if self.landlock_abi else "no Landlock"
        return f"{landlock}, {'seccomp' if self.has_seccomp else 'no seccomp'}"

    @property
    def keeps_programs_apart(self) -> bool:
        """Whether another program may be started: its files and its network are restricted."""
        return self.landlock_abi >= _ABI_WITH_TRUNCATION and self.has_seccomp


def machine_confinement() -> Confinement:
    """Return what this machine offers."""
    return Confinement(landlock_abi(), bool(seccomp_number()))


def restrictions(profile: SandboxProfile, pid: int) -> Restrictions:
    """Return what the process `pid` is to forbid itself, as far as this machine's kernel can.

    Signals go to itself alone; where Landlock keeps them within, also to what it starts.
    StorageError where `profile` has programs that this machine cannot keep apart.
    """
    confinement, number = machine_confinement(), seccomp_number()
    if profile.starts_programs and not confinement.keeps_programs_apart:
        raise StorageError(f"no program is started in a sandbox with {confinement}")
    scoped = profile.starts_programs and confinement.landlock_abi >= _ABI_WITH_SIGNALS
    program = b""
    if number:
        program = build_filter(
            starts_programs=profile.starts_programs, signal_to=None if scoped else pid
        )
    rules = tuple(path_rules(profile)) if confinement.landlock_abi else ()
    return Restrictions(confinement.landlock_abi, rules, number, program)
