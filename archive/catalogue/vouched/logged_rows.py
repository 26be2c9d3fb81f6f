"""What the log vouches for, as a table on disk: the latest digest of each row of one catalogue.

SQLite keeps it in a temporary file and in a few megabytes of memory, however long the log is.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from archive.log import entries
from archive.log.entries import Entry
from archive.log.signed_log import Log
from archive.vouching import row_kinds, vouching_entry
from archive.vouching.vouched_row import WITHDRAWN, owner_key

_BATCH = 5000
_REREADING = "rereading"  # kind of entry: the log has these rows in entries of their own


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A row that the log vouches for, and no catalogue row is."""

    key: bytes
    entry: int
    capture: str  # its owner; "" for none


class LoggedRows:
    """The rows of catalogue `catalogue` by the log. Those of entries from `settled` on are recent:

    their transaction may have been cut off, or not be committed yet.
    """

    def __init__(self, log: Log, catalogue: str, settled: int) -> None:
        self.count = 0  # rows of this catalogue
        self.others = 0  # entries of other catalogues
        self.adopted = 0  # rows that an earlier onrecord made
        self._made_at = 0  # entry from which on former ids are of a rebuild that is not ended
        self.replaced_by = ""  # the catalogue that a rebuild made in its place
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA cache_size = -65536; BEGIN;"
            "CREATE TABLE logged (key BLOB PRIMARY KEY, digest BLOB, entry INTEGER) WITHOUT ROWID;"
            "CREATE TABLE recent (key BLOB, digest BLOB, PRIMARY KEY (key, digest)) WITHOUT ROWID;"
            "CREATE TABLE live (owner BLOB PRIMARY KEY, capture TEXT) WITHOUT ROWID;"
        )
        self._load(log, catalogue, settled)

    def close(self) -> None:
        self._scratch.close()

    def take(self, key: bytes, digest: bytes) -> bool:
        """Say whether the log vouches for a row; it is not missing then."""
        statement = "DELETE FROM logged WHERE key = ? AND digest = ?"
        if self._scratch.execute(statement, (key, digest)).rowcount:
            return True
        query = "SELECT 1 FROM recent WHERE key = ? AND digest = ?"
        if self._scratch.execute(query, (key, digest)).fetchone():
            self._scratch.execute("DELETE FROM logged WHERE key = ?", (key,))
            return True
        return False

    def take_former(self, key: bytes, digest: bytes) -> bool:
        """Say whether the log vouches for a row of the same name, of a capture that is erased."""
        query = (
            "SELECT 1 FROM logged WHERE substr(key, 9) = ? AND digest = ?"
            " AND substr(key, 1, 8) NOT IN (SELECT owner FROM live)"
        )
        return self._scratch.execute(query, (key[8:], digest)).fetchone() is not None

    def has(self, key: bytes) -> bool:
        """Say whether the log has a row of this key that was not taken."""
        query = "SELECT 1 FROM logged WHERE key = ? AND digest <> ?"
        return self._scratch.execute(query, (key, WITHDRAWN)).fetchone() is not None

    def forget(self, key: bytes) -> None:
        """Do not count a row as missing: it was reported as changed."""
        self._scratch.execute("DELETE FROM logged WHERE key = ?", (key,))

    def missing(self) -> Iterator[MissingRow]:
        """Yield the rows that were not taken, those of erased captures left out.

        A news item of two captures has two keys, and may be erased with either.
        """
        query = (
            "SELECT key, entry, capture FROM logged LEFT JOIN live ON owner = substr(key, 1, 8)"
            " WHERE digest <> ? AND key NOT IN (SELECT key FROM recent)"
        )
        for key, entry, capture in self._scratch.execute(query, (WITHDRAWN,)):
            if key[:8] == owner_key(row_kinds.STATEMENTS):
                continue  # its versions are missed
            if key[8:9] == b"f" and entry >= self._made_at:
                continue
            is_erased = capture is None and key[:8] != owner_key("")
            if not is_erased and not self._is_erased_elsewhere(key):
                yield MissingRow(key, entry, capture or "")

    def _is_erased_elsewhere(self, key: bytes) -> bool:
        query = (
            "SELECT substr(key, 1, 8) FROM logged WHERE substr(key, 9) = ?"
            " AND substr(key, 1, 8) NOT IN (SELECT owner FROM live)"
        )
        owners = (owner for (owner,) in self._scratch.execute(query, (key[8:],)))
        return key[8:9] == b"e" and any(owner != owner_key("") for owner in owners)

    def _load(self, log: Log, catalogue: str, settled: int) -> None:
        rows = self._rows(log, catalogue)
        while batch := list(islice(rows, _BATCH)):
            self._scratch.executemany(
                "INSERT OR REPLACE INTO logged VALUES (?, ?, ?)",
                (row for row in batch if row[2] < settled),
            )
            self._scratch.executemany(
                "INSERT OR IGNORE INTO recent VALUES (?, ?)",
                ((key, digest) for key, digest, entry in batch if entry >= settled),
            )

    def _rows(self, log: Log, catalogue: str) -> Iterator[tuple[bytes, bytes, int]]:
        live: list[tuple[bytes, str]] = []
        for number, line in enumerate(log.lines()):
            entry = entries.decode(line)
            if not isinstance(entry, Entry):
                continue
            if entry.kind == vouching_entry.KIND:
                yield from self._rows_of(entry, catalogue, number)
            elif entry.kind == vouching_entry.REBUILT and entry.text("before") == catalogue:
                self.replaced_by = entry.text("catalogue")
            elif entry.kind == vouching_entry.REBUILT:
                if entry.text("catalogue") == catalogue:
                    self._made_at = number
            elif entry.kind == _REREADING:
                row = row_kinds.logged_rereading(entry)
                yield row.key, row.digest, number
            elif name := entry.text("id"):
                live.append((owner_key(name), name))
                if len(live) == _BATCH:
                    self._add_live(live)
                    live = []
        self._add_live(live)

    def _rows_of(
        self, entry: Entry, catalogue: str, number: int
    ) -> Iterable[tuple[bytes, bytes, int]]:
        if entry.text("catalogue") != catalogue:
            self.others += entry.text("catalogue") != vouching_entry.LINKS
            return
        for key, digest in vouching_entry.rows_of(entry):
            self.count += 1
            if entry.text("adopted"):
                self.adopted, self._made_at = self.adopted + 1, self._made_at or number
            yield key, digest, number

    def _add_live(self, live: list[tuple[bytes, str]]) -> None:
        self._scratch.executemany("INSERT OR IGNORE INTO live VALUES (?, ?)", live)
