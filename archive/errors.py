"""Errors that a user can act on, with their exit codes. Any other exception is a bug.

ArchiveError             1  the base class; caught at the program's edge and nowhere else
├── QuoteError           1  the words to be cited are not in the statement
├── FixityError          3  stored bytes are not the bytes we recorded
├── UnknownNameError     4  no source, style, export, engine, command or statement has that name
├── SourceError          5  a source's TOML, or a page's layout, is not as expected
│   └── LayoutError      5  a page does not match the layout in its source
├── ArchiveFolderError   6  the archive folder is missing, too new, or not an archive
├── LockedError          7  another onrecord must be alone, or is writing where this one must be
├── QueryError           8  a query has a syntax error; says where
├── FormatError          9  a file is not what it claims to be: truncated, forged, foreign
├── LimitError          10  something is larger, deeper or slower than a limit allows
│   └── SandboxError    10  the process that parses a page exceeded its limits, or crashed
├── FetchError          11  a server could not be reached, or must not be requested
└── StorageError        12  the disk refused: full, read-only, gone
"""

from collections.abc import Iterable
from difflib import get_close_matches


class ArchiveError(Exception):
    """A failure that a user can understand; its text is one line, fit to print.

    The text is `message` alone, or "message: expected …, found …". Programs read the fields.
    """

    exit_code = 1

    def __init__(self, message: str = "", expected: str = "", found: str = "") -> None:
        super().__init__(message, expected, found)
        self.message, self.expected, self.found = message, expected, found

    def __str__(self) -> str:
        pair = f"expected {self.expected}, found {self.found}" if self.expected else ""
        return ": ".join(part for part in (self.message, pair) if part)


class QuoteError(ArchiveError):
    """The words to be cited are not in the statement."""

    def __init__(self, quote: str, statement: str, versions: int) -> None:
        super().__init__()
        self.args = (quote, statement, versions)  # to be rebuilt from
        self.quote, self.statement, self.versions = quote, statement, versions

    def __str__(self) -> str:
        return (
            f"{self.statement}: expected the words “{self.quote}” in one of its "
            f"{self.versions} versions, found them in none (onrecord check --quote looks further)"
        )


class FixityError(ArchiveError):
    """Stored bytes no longer have the digest recorded when they were captured."""

    exit_code = 3

    def __init__(self, object_name: str, expected: str, actual: str) -> None:
        super().__init__()
        self.args = (object_name, expected, actual)  # to be rebuilt from
        self.object_name, self.expected, self.actual = object_name, expected, actual

    def __str__(self) -> str:
        return f"{self.object_name}: recorded as {self.expected}, found {self.actual}"


class UnknownNameError(ArchiveError, LookupError):
    """No source, style, command or other object of a kind has this name."""

    exit_code = 4

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__()
        self.args = (kind, name, self.known)

    def __str__(self) -> str:
        by_folded_name = {name.casefold(): name for name in self.known}
        folded = self.name.casefold()
        nearest = get_close_matches(folded, by_folded_name, 1)
        nearest += [name for name in by_folded_name if folded and name.startswith(folded)]
        hint = f" (known: {', '.join(self.known)})" if self.known else ""
        if nearest:
            hint = f" (the nearest is {by_folded_name[nearest[0]]})"
        return f"no such {self.kind}: {self.name}{hint}"


class SourceError(ArchiveError):
    """A source's TOML is wrong; names the file, the key and what was expected."""

    exit_code = 5


class LayoutError(SourceError):
    """A page does not match its layout, and a guess would attribute wrong words to someone."""

    def __init__(self, url: str, field: str, expected: str, found: str) -> None:
        super().__init__()
        self.args = (url, field, expected, found)  # to be rebuilt from
        self.url, self.field, self.expected, self.found = url, field, expected, found

    def __str__(self) -> str:
        return f"{self.url}: {self.field}: expected {self.expected}, found {self.found}"


class ArchiveFolderError(ArchiveError):
    """The archive folder is missing, made by a newer version, or not an archive."""

    exit_code = 6


class LockedError(ArchiveError):
    """Another process must write alone, or is writing where this one must be alone."""

    exit_code = 7


class QueryError(ArchiveError):
    """A query with a syntax error; `position` is the index of the first wrong character."""

    exit_code = 8

    def __init__(self, problem: str, query: str, position: int) -> None:
        super().__init__()
        self.args = (problem, query, position)  # to be rebuilt from
        self.problem, self.query, self.position = problem, query, position

    def __str__(self) -> str:
        return f"{self.problem}\n  {self.query}\n  {' ' * self.position}^"


class FormatError(ArchiveError):
    """A file is not what it claims to be."""

    exit_code = 9


class LimitError(ArchiveError):
    """Something is larger, deeper or slower than a limit allows."""

    exit_code = 10


class SandboxError(LimitError):
    """A sandbox worker ended during a call; `is_transient`: a retry may succeed."""

    def __init__(self, expected: str, found: str, is_transient: bool = False) -> None:
        super().__init__("", expected, found)
        self.args = (expected, found, is_transient)  # what pickle and the sandbox rebuild it from
        self.is_transient = is_transient


class FetchError(ArchiveError):
    """A server could not be reached, or must not be requested."""

    exit_code = 11


class StorageError(ArchiveError):
    """The disk refused; the cause is the operating system's error."""

    exit_code = 12
