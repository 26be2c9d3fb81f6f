"""What would a file reveal to the people it is given to? A list, for the giver to judge."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import FormatError, StorageError

_MOST = 64 << 20  # bytes of one file that are looked at
_PATTERNS = {
    "cookie": re.compile(rb"(?im)^(?:set-)?cookie: *([^\r\n]{1,120})"),
    "login": re.compile(rb"(?im)^(?:proxy-)?authorization: *([^\r\n]{1,120})"),
    "token": re.compile(
        rb"(?i)\b((?:api[_-]?key|access[_-]?token|session(?:id)?|passw(?:or)?d|secret|csrf)"
        rb"[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9_./+=-]{8,80})"
    ),
    "private key": re.compile(rb"(-----BEGIN [A-Z ]*PRIVATE KEY-----)"),
    "mail address": re.compile(rb"\b([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+)\b"),
    "telephone number": re.compile(rb"(?<![\w.@-])(\+\d{1,3}[ \d().-]{7,17}\d)(?![\w-])"),
    "network address": re.compile(
        rb"(?<![\d.])((?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d))(?![\d.])"
    ),
    "path on a computer": re.compile(rb"((?:/home/|/Users/|[A-Z]:\\Users\\)[\w.-]{1,64})"),
    "user agent": re.compile(rb"(?im)^user-agent: *([^\r\n]{1,160})"),
    "operator": re.compile(rb"(?im)^(?:operator|isPartOf|publisher): *([^\r\n]{1,120})"),
}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Something in a file that says more than the statement does."""

    file: str
    sort: str
    what: str
    times: int


def find_disclosures(path: Path) -> list[Disclosure]:
    """Return what the pack, WACZ or folder at `path` reveals, by file, each thing once.

    Compressed records are looked into. Pages name people and addresses of their own accord: this
    finds both, and judges neither.
    """
    found: dict[tuple[str, str, str], int] = {}
    for name, data in _files(path):
        for part in (data, _unpacked(data)) if data[:2] == b"\x1f\x8b" else (data,):
            for sort, pattern in _PATTERNS.items():
                for match in pattern.finditer(part):
                    key = (name, sort, match[1].decode("utf-8", "replace").strip())
                    found[key] = found.get(key, 0) + 1
    return [Disclosure(*key, times) for key, times in sorted(found.items())]


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    with file.open("rb") as held:
                        yield file.relative_to(path).as_posix(), held.read(_MOST)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for info in packed.infolist():
                    with packed.open(info) as member:
                        yield info.filename, member.read(_MOST)
        else:
            with path.open("rb") as held:
                yield path.name, held.read(_MOST)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise FormatError(f"{path}: expected a pack, found a damaged file: {error}") from error


def _unpacked(data: bytes) -> bytes:
    """Return what gzip members hold, as far as they can be read."""
    parts: list[bytes] = []
    size = 0
    while data and size < _MOST:
        inflater = zlib.decompressobj(31)
        try:
            parts.append(inflater.decompress(data, _MOST - size))
        except zlib.error:
            break
        size += len(parts[-1])
        data = inflater.unused_data
    return b"".join(parts)
