"""List what a file reveals (cookies, tokens, addresses, paths), to review before sharing it."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import FormatError, StorageError

_MAX_SCANNED_BYTES = 64 << 20  # of each file
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
    """A value in a file that reveals more than the statement does, and how often it occurs."""

    file: str
    kind: str
    value: str
    count: int


def find_disclosures(path: Path) -> list[Disclosure]:
    """Return what the pack, WACZ or folder at `path` reveals, sorted by file, each value once.

    Compressed records are searched too. Pages themselves name people and addresses: those are
    listed as well, without judgement. StorageError, FormatError for a damaged file.
    """
    counts: dict[tuple[str, str, str], int] = {}
    for name, data in _read_files(path):
        for part in (data, _decompress_gzip(data)) if data[:2] == b"\x1f\x8b" else (data,):
            for kind, pattern in _PATTERNS.items():
                for match in pattern.finditer(part):
                    key = (name, kind, match[1].decode("utf-8", "replace").strip())
                    counts[key] = counts.get(key, 0) + 1
    return [Disclosure(*key, count) for key, count in sorted(counts.items())]


def _read_files(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    with file.open("rb") as handle:
                        yield file.relative_to(path).as_posix(), handle.read(_MAX_SCANNED_BYTES)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    with archive.open(info) as member:
                        yield info.filename, member.read(_MAX_SCANNED_BYTES)
        else:
            with path.open("rb") as handle:
                yield path.name, handle.read(_MAX_SCANNED_BYTES)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise FormatError(f"{path}: expected a pack, found a damaged file: {error}") from error


def _decompress_gzip(data: bytes) -> bytes:
    """Return the content of gzip members, as far as they can be read."""
    parts: list[bytes] = []
    size = 0
    while data and size < _MAX_SCANNED_BYTES:
        inflater = zlib.decompressobj(31)
        try:
            parts.append(inflater.decompress(data, _MAX_SCANNED_BYTES - size))
        except zlib.error:
            break
        size += len(parts[-1])
        data = inflater.unused_data
    return b"".join(parts)
