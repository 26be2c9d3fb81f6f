"""What a process that was taken over would try, run in a sandbox: each returns how it ended."""

import ctypes
import errno
import fcntl
import mmap
import os
import resource
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

_NUMBERS = {  # of system calls, by machine
    "x86_64": {
        "ptrace": 101, "io_uring_setup": 425, "memfd_create": 319, "pidfd_open": 434,
        "pidfd_getfd": 438, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321,
        "userfaultfd": 323, "perf_event_open": 298, "keyctl": 250, "unshare": 272, "setns": 308,
        "mount": 165, "open_by_handle_at": 304, "name_to_handle_at": 303, "execveat": 322,
        "mknodat": 259, "symlinkat": 266, "linkat": 265, "fchmodat2": 452, "openat2": 437,
        "clone3": 435, "setxattr": 188, "shmget": 29, "mq_open": 240, "inotify_init1": 294,
        "fanotify_init": 300, "kcmp": 312, "personality": 135, "seccomp": 317, "reboot": 169,
        "settimeofday": 164, "tkill": 200, "rt_sigqueueinfo": 129, "pidfd_send_signal": 424,
        "utimensat": 280, "chroot": 161, "pivot_root": 155, "swapon": 167, "truncate": 76,
        "socketpair": 53, "add_key": 248, "move_mount": 429, "landlock_create_ruleset": 444,
    },
    "aarch64": {
        "ptrace": 117, "io_uring_setup": 425, "memfd_create": 279, "pidfd_open": 434,
        "unshare": 97, "setns": 268, "mount": 40, "execveat": 281, "bpf": 280,
    },
}  # fmt: skip
SYSTEM_CALLS = sorted(_NUMBERS.get(os.uname().machine, {}))
_LIBC_ARGUMENTS = (0,) * 6


def _call(number: int, *arguments: object) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    return "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]


def make_system_call(name: str) -> str:
    """Make a call with zeros for arguments; EPERM or ENOSYS is what a filter answers."""
    return _call(_NUMBERS[os.uname().machine][name], *_LIBC_ARGUMENTS)


def call_by_x32_convention() -> str:
    return _call(0x40000000 + 39)  # getpid


def _map_and_write(path: Path) -> None:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[:1] = b"X"


def _empty_by_reading(path: Path) -> None:
    os.close(os.open(path, os.O_RDONLY | os.O_TRUNC))


def _bind_abstract_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0onrecord-test")


def _open_socket(path: Path) -> None:
    socket.socket(socket.AF_INET).close()


def _execute(path: Path) -> None:
    os.execv("/bin/true", ["true"])  # noqa: S606 - no shell is meant


def _set_owner_of_signals(path: Path) -> None:
    with Path(os.devnull).open("rb") as file:
        fcntl.fcntl(file, fcntl.F_SETOWN, os.getppid())


def _read_with_dot_dot(path: Path) -> None:
    library = Path(os.__file__).parent
    (library / os.path.relpath(path, library)).read_bytes()


ATTEMPTS: dict[str, Callable[[Path], object]] = {
    "read": Path.read_bytes,
    "read through a library folder": _read_with_dot_dot,
    "read through /proc": lambda path: Path(f"/proc/self/root{path}").read_bytes(),
    "read the parent's environment": lambda _: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "read its own environment": lambda _: Path("/proc/self/environ").read_bytes(),
    "read the passwords": lambda _: Path("/etc/passwd").read_bytes(),
    "list the folder": lambda path: next(path.parent.iterdir()),
    "write": lambda path: path.write_bytes(b"X"),
    "append": lambda path: path.open("ab"),
    "write through mmap": _map_and_write,
    "empty it by opening": _empty_by_reading,
    "truncate": lambda path: os.truncate(path, 0),
    "create another": lambda path: path.with_name("new").touch(),
    "create a folder": lambda path: path.with_name("new").mkdir(),
    "unlink": Path.unlink,
    "rename": lambda path: path.rename(path.with_name("new")),
    "replace": lambda path: path.replace(path.with_name("other")),
    "symlink": lambda path: path.with_name("new").symlink_to(path),
    "hard link": lambda path: path.with_name("new").hardlink_to(path),
    "chmod": lambda path: path.chmod(0o777),
    "chown": lambda path: os.chown(path, 1, 1),
    "set times": lambda path: os.utime(path, (0, 0)),
    "set an attribute": lambda path: os.setxattr(path, "user.x", b"1"),
    "make a pipe file": lambda path: os.mkfifo(path.with_name("new")),
    "open a socket": _open_socket,
    "bind an abstract socket": _bind_abstract_socket,
    "make a pair of sockets": lambda _: socket.socketpair(),
    "execute": _execute,
    "start a program": lambda _: subprocess.run(["/bin/true"], check=True),
    "fork": lambda _: os.fork() or os._exit(0),
    "kill the parent": lambda _: os.kill(os.getppid(), signal.SIGTERM),
    "kill its group": lambda _: os.kill(0, signal.SIGTERM),
    "kill all": lambda _: os.kill(-1, signal.SIGTERM),
    "stop the parent by a limit": lambda _: resource.prlimit(
        os.getppid(), resource.RLIMIT_CPU, (1, 1)
    ),
    "raise its own limit": lambda _: resource.prlimit(os.getpid(), resource.RLIMIT_FSIZE, (1, 1)),
    "signal by a descriptor": _set_owner_of_signals,
    "change its priority": lambda _: os.nice(-1),
    "change the folder": lambda path: os.chdir(path.parent),
    "leave its session": lambda _: os.setsid(),
}


def attempt(name: str, path: str) -> str:
    """Return the name of the error with which an attempt on the file at `path` ended, or "done"."""
    try:
        ATTEMPTS[name](Path(path))
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "done"


def import_modules(names: tuple[str, ...]) -> int:
    """Import modules that were not imported before the process was restricted."""
    for name in names:
        __import__(name)
    return len(names)


def use_lazy_data() -> str:
    """Return what needs data files of libraries: a time zone, an encoding, a language's months."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    import babel.dates
    import dateparser

    noon = datetime(2024, 3, 4, 12, tzinfo=UTC).astimezone(ZoneInfo("Asia/Tokyo"))
    month = babel.dates.format_date(noon, "MMMM", locale="fr")
    parsed = dateparser.parse("4 mars 2024", languages=["fr"])
    letter = b"\xe9".decode("cp1252")
    return f"{noon:%H} {month} {letter} {parsed:%Y-%m-%d}"


def start_thread() -> int:
    results: list[int] = []
    thread = threading.Thread(target=results.append, args=(7,))
    thread.start()
    thread.join()
    return results[0]


def read_sent_file(path: Path) -> bytes:
    """Read a file twice at the same time, and from its end."""
    from archive.sandbox.passed_files import open_for_reading

    with open_for_reading(path) as first, open_for_reading(path) as second:
        start = first.read(2)
        second.seek(-2, os.SEEK_END)
        return start + second.read() + first.read(1)


def read_by_path(path: Path) -> str:
    try:
        path.read_bytes()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "done"


def run_program(arguments: tuple[str, ...]) -> tuple[int, str]:
    """Start a program; return its exit code, or an error's name, and what it printed."""
    try:
        result = subprocess.run(arguments, capture_output=True, text=True)
    except OSError as error:
        return -1, errno.errorcode[error.errno or 0]
    return result.returncode, result.stdout + result.stderr


def start_and_wait(program: str) -> int:
    """Start `program` for an hour, print nothing, and never return before."""
    return subprocess.run([program, "3600"]).returncode


def environment_names() -> list[str]:
    return list(os.environ)
