"""Remember what was exported, for an erasure that comes later to name it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from archive.archive_folder import ArchiveFolder
from archive.errors import ArchiveError
from archive.log.signed_log import Log
from archive.sharing.export_records import STANDARD_OUTPUT, ExportRecord, add_record

READING_ROOM = "the reading room"


def record_export(
    home: ArchiveFolder,
    kind: str,
    out: Path | str,
    statements: Iterable[str] | None,
    warn: Callable[[str], None],
) -> None:
    """Remember that `out` has `statements`, or all of the archive (None).

    Where that cannot be written, as on a disk that is read only, `warn` is told: the export itself
    is made.
    """
    try:
        with Log.open_for_reading(home.log) as log:
            entries = len(log)
        record = ExportRecord(
            when=datetime.now(UTC),
            kind=kind,
            path=_name(out),
            statements=None if statements is None else tuple(dict.fromkeys(statements)),
            entries=entries,
        )
        add_record(home.handed_out, record)
    except ArchiveError as error:
        warn(f"not remembered, so no erasure will name {out}: {error}")


def _name(out: Path | str) -> str:
    if isinstance(out, Path):
        return STANDARD_OUTPUT if str(out) == "-" else str(out.resolve())
    return out
