"""Require that what is cited, shown or proved of one statement is what the log vouches for now.

Only the rows of that statement, their entries and a few hashes are read, not the archive.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import storage_errors
from archive.catalogue import catalogue_info
from archive.catalogue.stored_texts.text_codec import stored_text, text_digest
from archive.catalogue.vouched import catalogue_rows
from archive.catalogue.vouched.catalogue_rows import CatalogueRow, raw_connection
from archive.errors import FixityError
from archive.log.entries import Entry
from archive.log.signed_lines import SignedLines
from archive.vouching import row_kinds, vouching_entry
from archive.vouching.vouched_row import VouchedRow, differing_fields

if TYPE_CHECKING:
    from archive.log.signed_log import Log

_LOGGED_FIELDS = ("url", "captured", "payload_sha256")
_ADDRESS = "CASE memento_of WHEN '' THEN capture.url ELSE memento_of END"
_CAPTURES = (
    "SELECT min(capture.id) FROM sighting JOIN version ON version.id = sighting.version"  # noqa: S608
    " JOIN capture ON capture.id = sighting.capture WHERE version.statement = ?"
    f" GROUP BY {_ADDRESS}"
)


def require_vouched(
    connection: Connection,
    home: ArchiveFolder,
    version: str,
    captures: Sequence[str] = (),
    *,
    is_shown: bool = False,
) -> None:
    """Raise FixityError, which names the field, where a version is not as the log vouches for.

    Its words, its facts, its statement, the capture that it is cited from and the ends of its
    sightings are compared, and `captures`; with `is_shown` also its notices, its former ids, and a
    capture at each address of the statement. Nothing is required of what an earlier onrecord made.
    """
    if not (home.log / "entries.jsonl").exists():
        return
    with raw_connection(connection) as raw:
        rows = _Rows(raw, home, catalogue_info.catalogue_id(connection))
        if rows.is_of_earlier_onrecord():
            return
        rows.require_version(version, captures)
        if is_shown:
            rows.require_shown(version)


class _Rows:
    def __init__(self, raw: SqliteConnection, home: ArchiveFolder, catalogue: str) -> None:
        self.raw, self.home, self.catalogue = raw, home, catalogue
        self.lines = SignedLines(home.log, home.keys)
        self.entries: dict[int, dict[bytes, bytes]] = {}

    def is_of_earlier_onrecord(self) -> bool:
        """Say whether the log vouches for no row at all: only a log without such entries does."""
        if self.raw.execute("SELECT 1 FROM voucher LIMIT 1").fetchone():
            return False
        with _open_log(self.home.log) as log:
            return log.last_of_kind(vouching_entry.KIND) is None

    def require_version(self, name: str, captures: Sequence[str]) -> None:
        version = self._one("version", "id = ?", name)
        self._require(catalogue_rows.reading_row(version))
        self._require(
            catalogue_rows.statement_row(self._one("statement", "id = ?", version["statement"]))
        )
        self._require_digest("version_text", version["text_sha256"], f"version {name}: text")
        if version["layer_sha256"]:
            self._require_digest("layer", version["layer_sha256"], f"version {name}: page text")
        ends = []
        for end, order in (("first_seen", "ASC"), ("last_seen", "DESC")):
            where = f"version = ? ORDER BY captured {order}, capture LIMIT 1"
            sighting = self._one("sighting", where, name)
            self._require(catalogue_rows.sighting_row(sighting))
            if sighting["captured"] != version[end]:
                raise FixityError(f"version {name}: {end}", sighting["captured"], version[end])
            ends.append(sighting["capture"])
        self._require_record(version["capture"])
        for capture in dict.fromkeys((version["capture"], *ends, *captures)):
            self._require(catalogue_rows.capture_row(self._one("capture", "id = ?", capture)))

    def require_shown(self, name: str) -> None:
        statement = name.rpartition("@")[0]
        for (capture,) in self.raw.execute(_CAPTURES, (statement,)).fetchall():
            self._require(catalogue_rows.capture_row(self._one("capture", "id = ?", capture)))
        for notice in self._all("notice", "version = ?", name):
            self._require(catalogue_rows.notice_row(notice))
        for alias in self._all("alias", "version = ?", name):
            self._require_rereading(catalogue_rows.rereading_row(alias))

    def _require(self, row: CatalogueRow) -> None:
        query = "SELECT entry, position, checks FROM voucher WHERE row_key = ?"
        voucher = self.raw.execute(query, (row.vouched.key,)).fetchone()
        if (
            voucher
            and self._digests(voucher[0], voucher[1]).get(row.vouched.key) == row.vouched.digest
        ):
            return
        if not self._is_latest(row.vouched):
            self._refuse(row, voucher[2] if voucher else b"")

    def _digests(self, number: int, position: int) -> dict[bytes, bytes]:
        """Return the rows of an entry by their keys; none where there is no such entry."""
        if number not in self.entries:
            entry = self.lines.entry(number, position)
            self.entries[number] = self._rows_of(entry) if entry else {}
        return self.entries[number]

    def _rows_of(self, entry: Entry) -> dict[bytes, bytes]:
        is_ours = entry.kind == vouching_entry.KIND and entry.text("catalogue") == self.catalogue
        return dict(vouching_entry.rows_of(entry)) if is_ours else {}

    def _is_latest(self, row: VouchedRow) -> bool:
        """Say whether the whole log vouches for a row: the catalogue did not say where."""
        digest = b""
        with _open_log(self.home.log) as log:
            for number, entry in log.entries_with(vouching_entry.key_pattern(row.key)):
                if self.lines.entry(number, log.position(number)) is not None:
                    digest = self._rows_of(entry).get(row.key, digest)
        return digest == row.digest

    def _refuse(self, row: CatalogueRow, checks: bytes) -> None:
        values = dict(row.fields)
        names = differing_fields(checks, row.fields)
        logged = self._logged_values(row.capture) if row.capture else {}
        name = next((name for name in names if name in logged), names[0] if names else "")
        subject = f"{row.label}: {', '.join(names) or 'a field'}"
        raise FixityError(
            subject,
            logged.get(name, "what the log vouches for"),
            f"{str(values.get(name, 'another row'))[:200]!r} in the catalogue (onrecord rebuild)",
        )

    def _logged_values(self, capture: str) -> dict[str, str]:
        with _open_log(self.home.log) as log:
            for _, entry in log.find("id", capture):
                return {name: entry.text(name) for name in _LOGGED_FIELDS}
        return {}

    def _require_rereading(self, row: CatalogueRow) -> None:
        with _open_log(self.home.log) as log:
            former = row.label.removeprefix("former id ")
            for _, entry in log.find("former", former):
                if row_kinds.logged_rereading(entry).digest == row.vouched.digest:
                    return
        self._refuse(row, b"")

    def _require_digest(self, table: str, digest: str, label: str) -> None:
        query = f"SELECT {stored_text('text')} FROM {table} WHERE sha256 = ?"  # noqa: S608
        row = self.raw.execute(query, (digest,)).fetchone()
        actual = text_digest(row[0]) if row else ""
        if actual != digest:
            raise FixityError(label, digest, actual or "no text that can be read")

    def _require_record(self, capture: str) -> None:
        """Compare the bytes of a capture's record with their digest."""
        row = self._one("capture", "id = ?", capture)
        path = self.home.warc / str(row["warc"])
        with storage_errors(path), path.open("rb") as file:
            file.seek(int(row["offset"]))
            actual = sha256(file.read(int(row["length"]))).hexdigest()
        if actual != row["stored_sha256"]:
            raise FixityError(f"record of {capture}: stored_sha256", row["stored_sha256"], actual)

    def _one(self, table: str, where: str, value: str) -> dict[str, Any]:
        rows = self._all(table, where, value)
        if not rows:
            raise FixityError(f"catalogue.sqlite: {table} {value}", "a row", "none")
        return rows[0]

    def _all(self, table: str, where: str, value: str) -> list[dict[str, Any]]:
        cursor = self.raw.execute(f"SELECT * FROM {table} WHERE {where}", (value,))  # noqa: S608
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor]


def _open_log(folder: Path) -> "Log":
    from archive.log.signed_log import Log  # needed only where something is wrong

    return Log.open_for_reading(folder)
