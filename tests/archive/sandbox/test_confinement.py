"""A sandbox process that was taken over reaches no file, program, process or network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import SandboxError, StorageError
from archive.sandbox.confinement import Confinement, machine_confinement, restrictions
from archive.sandbox.profile import SandboxProfile, elf_loader, interpreter_folders
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from tests.support.escape_attempts import (
    ATTEMPTS,
    SYSTEM_CALLS,
    attempt,
    call_by_x32_convention,
    environment_names,
    import_modules,
    make_system_call,
    read_by_path,
    read_sent_file,
    run_program,
    start_and_wait,
    start_thread,
    use_lazy_data,
)
from tests.support.processes import is_running
from tests.support.sandbox_functions import double

MACHINE = machine_confinement()
LAZY_MODULES = ("bs4", "trafilatura", "babel", "dateparser", "htmldate", "encodings.koi8_r")
LAZY_MODULES += ("zoneinfo", "lxml.html", "numpy", "ssl", "requests", "nh3", "scrapers.read.reader")
needs_both = pytest.mark.skipif(
    not (MACHINE.landlock_abi and MACHINE.has_seccomp), reason=f"this machine has {MACHINE}"
)
needs_programs = pytest.mark.skipif(
    not MACHINE.keeps_programs_apart, reason=f"this machine has {MACHINE}"
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "log.pem"
    path.write_bytes(b"the archive's key")
    return path


@needs_both
@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_to_escape_fails(sandbox: Sandbox, victim: Path, name: str) -> None:
    before = victim.stat()

    result = sandbox.call(attempt, name, str(victim))

    assert result in ("EPERM", "EACCES", "ENOSYS")
    assert victim.read_bytes() == b"the archive's key"
    assert [path.name for path in victim.parent.iterdir()] == ["log.pem"]
    assert (victim.stat().st_mode, victim.stat().st_mtime) == (before.st_mode, before.st_mtime)
    assert sandbox.call(double, 2) == 4


@needs_both
@pytest.mark.parametrize("name", SYSTEM_CALLS)
def test_a_system_call_that_reading_does_not_need_is_refused(sandbox: Sandbox, name: str) -> None:
    assert sandbox.call(make_system_call, name) in ("EPERM", "ENOSYS")


@needs_both
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="x32 is a convention of x86_64")
def test_a_call_by_another_convention_ends_the_process() -> None:
    with Sandbox() as sandbox, pytest.raises(SandboxError, match="SIGSYS"):
        sandbox.call(call_by_x32_convention)


def test_modules_and_their_data_are_found_after_it_was_restricted(sandbox: Sandbox) -> None:
    assert sandbox.call(import_modules, LAZY_MODULES) == len(LAZY_MODULES)
    assert sandbox.call(use_lazy_data) == "21 mars é 2024-03-04"


@pytest.mark.skipif(os.geteuid() != 0, reason="the limit of processes is not for root alone")
def test_a_thread_may_be_started(sandbox: Sandbox) -> None:
    assert sandbox.call(start_thread) == 7


def test_a_file_among_the_arguments_is_read_with_a_position_of_its_own(
    sandbox: Sandbox, victim: Path
) -> None:
    assert sandbox.call(read_sent_file, victim) == b"th" + b"ey" + b"e"


@needs_both
def test_a_file_is_read_through_what_was_sent_only(sandbox: Sandbox, victim: Path) -> None:
    assert sandbox.call(read_by_path, victim) == "EACCES"


def test_a_missing_file_among_the_arguments_is_a_storage_error(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="absent: No such file"):
        sandbox.call(read_sent_file, tmp_path / "absent")
    assert sandbox.call(double, 2) == 4


def test_the_environment_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_PROXY", "http://user:word@127.0.0.1:1")

    with Sandbox() as sandbox:
        names = sandbox.call(environment_names)

    assert set(names) <= {"LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH"}


def test_the_folder_that_a_command_was_started_in_is_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))

    assert not any(tmp_path.is_relative_to(folder) for folder in interpreter_folders())


@needs_programs
def test_a_profile_starts_its_program_in_its_own_folder_only(tmp_path: Path) -> None:
    folder, secret = tmp_path / "work", tmp_path / "secret"
    folder.mkdir()
    secret.write_text("secret")
    (folder / "page").write_text("words")
    (folder / "key").symlink_to(secret)
    copy = Path("/bin/cp").resolve()
    profile = SandboxProfile(programs=(copy,), folder=folder, max_file_bytes=1 << 20)

    with Sandbox(profile=profile) as sandbox:
        copied = sandbox.call(run_program, (str(copy), f"{folder}/page", f"{folder}/copy"))
        outwards = sandbox.call(run_program, (str(copy), f"{folder}/page", str(secret)))
        inwards = sandbox.call(run_program, (str(copy), str(secret), f"{folder}/stolen"))
        linked = sandbox.call(run_program, (str(copy), f"{folder}/key", f"{folder}/stolen"))
        other = sandbox.call(run_program, (str(Path("/bin/cat").resolve()), f"{folder}/page"))

    assert copied == (0, "")
    assert (folder / "copy").read_text() == "words"
    assert (outwards[0], inwards[0], linked[0]) == (1, 1, 1)
    assert other == (-1, "EACCES")
    assert (secret.read_text(), (folder / "stolen").exists()) == ("secret", False)


@needs_programs
@pytest.mark.parametrize(
    "name",
    ["open a socket", "bind an abstract socket", "kill the parent", "chmod", "symlink", "unlink",
     "read the passwords", "read the parent's environment", "stop the parent by a limit",
     "signal by a descriptor", "leave its session", "write through mmap"],
)  # fmt: skip
def test_a_profile_with_a_program_lets_nothing_else_out(
    tmp_path: Path, victim: Path, name: str
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    profile = SandboxProfile(programs=(Path("/bin/cat"),), folder=folder, max_file_bytes=1 << 20)

    with Sandbox(profile=profile) as sandbox:
        assert sandbox.call(attempt, name, str(victim)) in ("EPERM", "EACCES", "ENOSYS")
    assert victim.read_bytes() == b"the archive's key"


@needs_programs
def test_a_program_ends_with_the_sandbox_that_started_it(tmp_path: Path) -> None:
    sleeper = Path("/bin/sleep").resolve()
    limits = SandboxLimits(seconds=0.1)
    with (
        Sandbox(limits, SandboxProfile(programs=(sleeper,), folder=tmp_path)) as sandbox,
        pytest.raises(SandboxError, match="more time"),
    ):
        sandbox.call(start_and_wait, str(sleeper))

    assert not list(_processes_that_run(sleeper, "3600"))


def _processes_that_run(program: Path, argument: str) -> Iterator[int]:
    """Yield the processes of this user that run `program` with `argument`."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [str(program).encode(), argument.encode()] and is_running(int(folder.name)):
            yield int(folder.name)


def test_no_program_is_started_where_the_machine_cannot_keep_it_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = Confinement(landlock_abi=0, has_seccomp=True)
    monkeypatch.setattr("archive.sandbox.confinement.machine_confinement", lambda: without)
    profile = SandboxProfile(programs=(Path("/bin/cat"),), folder=tmp_path)

    with pytest.raises(StorageError, match="no program is started in a sandbox with no Landlock"):
        restrictions(profile, os.getpid())


@needs_both
@pytest.mark.parametrize("name", ["write", "write through mmap", "empty it by opening", "unlink",
    "rename", "symlink", "truncate", "chmod", "open a socket", "execute", "kill the parent",
])  # fmt: skip
def test_without_landlock_nothing_is_written_started_or_connected(
    victim: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.sandbox.confinement.landlock_abi", lambda: 0)

    with Sandbox() as sandbox:
        assert sandbox.call(attempt, name, str(victim)) == "EPERM"
    assert victim.read_bytes() == b"the archive's key"


@needs_both
@pytest.mark.parametrize("name", ["read", "write", "write through mmap", "unlink", "rename",
    "symlink", "execute", "kill the parent", "read the passwords", "create another",
])  # fmt: skip
def test_without_seccomp_no_file_is_reached(
    victim: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.sandbox.confinement.seccomp_number", lambda: 0)

    with Sandbox() as sandbox:
        assert sandbox.call(attempt, name, str(victim)) in ("EPERM", "EACCES", "EXDEV")
    assert victim.read_bytes() == b"the archive's key"


@needs_both
@pytest.mark.parametrize("abi", range(1, MACHINE.landlock_abi))
def test_an_older_landlock_is_used_as_far_as_it_goes(
    victim: Path, abi: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.sandbox.confinement.landlock_abi", lambda: abi)

    with Sandbox() as sandbox:
        assert sandbox.call(attempt, "read", str(victim)) == "EACCES"
        assert sandbox.call(double, 2) == 4


def test_what_a_machine_offers_is_named() -> None:
    assert str(Confinement(7, has_seccomp=True)) == "Landlock ABI 7, seccomp"
    assert str(Confinement(0, has_seccomp=False)) == "no Landlock, no seccomp"


@pytest.mark.skipif(not Path("/bin/cat").exists(), reason="needs an ELF program")
def test_the_loader_of_a_program_is_read_from_its_file(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    loader = elf_loader(Path("/bin/cat"))

    assert loader is None or loader.name.startswith("ld")
    assert elf_loader(script) is None
