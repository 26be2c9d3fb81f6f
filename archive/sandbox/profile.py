"""Sandbox profiles: which files a sandbox process may read, and which program it may start."""

import struct
import sys
import sysconfig
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

from archive.sandbox.landlock import EXECUTE, READ, WRITE

_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/local/lib")
_SYSTEM_DATA = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/dev/null")
_OF_PACKAGES = ("site-packages", "dist-packages")
_LOADER_SEGMENT = 3  # PT_INTERP, elf(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxProfile:
    """What the processes of a sandbox may do beyond computing and reading their libraries.

    The files that a call is given are sent to it opened, and need no entry here. With `programs`,
    a function may start these with `subprocess`, in `folder`, the only one where files are written.
    What else a program reads, such as its data or, for a script, its interpreter, must be named.
    """

    readable: tuple[Path, ...] = ()  # files, and folders with all that is in them
    programs: tuple[Path, ...] = ()
    folder: Path | None = None
    max_file_bytes: int = 0  # of a file that is written

    @property
    def starts_programs(self) -> bool:
        return bool(self.programs)


READING_PROFILE = SandboxProfile()


def path_rules(profile: SandboxProfile) -> list[tuple[str, int]]:
    """Return what a process of `profile` may do with which paths; some of these may not exist."""
    readable = [*interpreter_folders(), *map(Path, _SYSTEM_LIBRARIES + _SYSTEM_DATA)]
    readable += [*map(Path, zoneinfo.TZPATH), *profile.readable]
    rules = [(path, READ) for path in readable]
    for program in profile.programs:
        loader = elf_loader(program)
        rules += [(path, READ | EXECUTE) for path in (program, loader) if path]
    if profile.folder is not None:
        rules.append((profile.folder, READ | WRITE))
    return [(str(path), access) for path, access in rules]


def interpreter_folders() -> list[Path]:
    """Return the folders of the standard library, of installed packages and of our own packages.

    Of other folders on sys.path, such as the one that a command was started in, none is among them.
    """
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = {Path(sysconfig.get_path(name)) for name in names}
    folders |= {Path(prefix) / "lib" for prefix in (sys.base_prefix, sys.base_exec_prefix)}
    folders |= {Path(entry) for entry in sys.path if Path(entry).name in _OF_PACKAGES}
    return sorted(folders | {folder for _, folder in packages_beside()})


def packages_beside() -> list[tuple[str, Path]]:
    """Return the packages in the folder that this one is in: name and folder."""
    root = Path(__file__).resolve().parents[2]
    if root.name in _OF_PACKAGES:
        return []
    return sorted((path.parent.name, path.parent) for path in root.glob("*/__init__.py"))


def elf_loader(program: Path) -> Path | None:
    """Return the loader that a 64-bit ELF program names; None for one that needs none."""
    with program.open("rb") as file:
        header = file.read(64)
        if header[:5] != b"\x7fELF\x02":
            return None
        (table,) = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        file.seek(table)
        segments = file.read(size * count)
        for start in range(0, len(segments) - size + 1, size):
            kind, _, offset = struct.unpack_from("<IIQ", segments, start)
            (length,) = struct.unpack_from("<Q", segments, start + 32)
            if kind == _LOADER_SEGMENT:
                file.seek(offset)
                return Path(file.read(length).rstrip(b"\0").decode())
    return None
