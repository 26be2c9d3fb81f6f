"""Everything that can go wrong in a way a user can act on. Anything else is a bug.

ArchiveError             1  the family; caught at the edge and nowhere else
├── QuoteError           1  the words that are to be cited are not in the statement
├── FixityError          3  stored bytes are not the bytes we recorded
├── UnknownNameError     4  no source, style, export, engine, command or statement has that name
├── SourceError          5  a source's description, or a page's layout, is not what it should be
│   └── LayoutError      5  a page is not laid out as its source says
├── ArchiveFolderError   6  the archive folder is missing, too new, or not ours
├── LockedError          7  another onrecord is writing to this archive
├── QueryError           8  a query that cannot be read; says where
├── FormatError          9  a file is not what it claims to be: truncated, forged, foreign
├── LimitError          10  something is larger, deeper or slower than we allow
│   └── SandboxError    10  the process that parses a page exceeded its limits, or crashed
├── FetchError          11  a server could not be asked, or must not be
└── StorageError        12  the disk refused: full, read-only, gone
"""

from collections.abc import Iterable


class ArchiveError(Exception):
    """A failure a user can understand; its text is one line, fit to print."""

    exit_code = 1


class QuoteError(ArchiveError):
    """The words that are to be cited are not in the statement."""

    def __init__(self, quote: str, statement: str, versions: int) -> None:
        super().__init__(quote, statement, versions)
        self.quote, self.statement, self.versions = quote, statement, versions

    def __str__(self) -> str:
        return (
            f"{self.statement}: expected the words “{self.quote}” in one of its "
            f"{self.versions} versions, found them in none (onrecord check --quote looks further)"
        )


class FixityError(ArchiveError):
    """Stored bytes no longer have the digest recorded when they were captured."""

    exit_code = 3

    def __init__(self, what: str, expected: str, actual: str) -> None:
        super().__init__(what, expected, actual)
        self.what, self.expected, self.actual = what, expected, actual

    def __str__(self) -> str:
        return f"{self.what}: recorded as {self.expected}, found {self.actual}"


class UnknownNameError(ArchiveError, LookupError):
    """A name that nothing of its kind has."""

    exit_code = 4

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(kind, name, tuple(known))
        self.kind, self.name, self.known = kind, name, tuple(known)

    def __str__(self) -> str:
        known = f" (known: {', '.join(self.known)})" if self.known else ""
        return f"no such {self.kind}: {self.name}{known}"


class SourceError(ArchiveError):
    """A source's TOML is wrong; names the file, the key and what was expected."""

    exit_code = 5


class LayoutError(SourceError):
    """A page has changed, and guessing would put wrong words in someone's mouth."""

    def __init__(self, url: str, field: str, expected: str, found: str) -> None:
        super().__init__(url, field, expected, found)
        self.url, self.field, self.expected, self.found = url, field, expected, found

    def __str__(self) -> str:
        return f"{self.url}: {self.field}: expected {self.expected}, found {self.found}"


class ArchiveFolderError(ArchiveError):
    """The archive folder is missing, made by a newer version, or not ours."""

    exit_code = 6


class LockedError(ArchiveError):
    """Another process is writing to this archive."""

    exit_code = 7


class QueryError(ArchiveError):
    """A query that cannot be read; `place` is the offset of the first wrong character."""

    exit_code = 8

    def __init__(self, problem: str, query: str, place: int) -> None:
        super().__init__(problem, query, place)
        self.problem, self.query, self.place = problem, query, place

    def __str__(self) -> str:
        return f"{self.problem}\n  {self.query}\n  {' ' * self.place}^"


class FormatError(ArchiveError):
    """A file is not what it claims to be."""

    exit_code = 9


class LimitError(ArchiveError):
    """Something is larger, deeper or slower than we allow."""

    exit_code = 10


class SandboxError(LimitError):
    """A confined process ended in the middle of a call; `again`: another try may fare better."""

    def __init__(self, expected: str, found: str, again: bool = False) -> None:
        super().__init__(expected, found, again)
        self.expected, self.found, self.again = expected, found, again

    def __str__(self) -> str:
        return f"expected {self.expected}, found {self.found}"


class FetchError(ArchiveError):
    """A server could not be asked, or must not be."""

    exit_code = 11


class StorageError(ArchiveError):
    """The disk refused; the cause is the operating system's error."""

    exit_code = 12
