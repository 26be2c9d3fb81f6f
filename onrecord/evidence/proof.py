"""What the log says of a capture: its entry, the checkpoint over it, the timestamps of that."""

from dataclasses import dataclass

from archive.archive_folder import ArchiveFolder
from archive.log.log import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """A capture's place in the log; `checkpoint_size` is 0 where none covers it yet."""

    index: int
    entered: str  # RFC 3339
    size: int  # of the log now
    origin: str = ""
    checkpoint_size: int = 0
    root: str = ""  # of the tree at that checkpoint, hex
    stamped: tuple[str, ...] = ()  # names of timestamp tokens held of that checkpoint


def log_proof(home: ArchiveFolder, capture: str) -> LogProof | None:
    """Return where `capture` stands in the archive's log; None where it, or the log, is not."""
    if not (home.log / "entries.jsonl").exists():
        return None
    log = Log.open_for_reading(home.log)
    try:
        found = next(log.find("id", capture), None)
        if found is None:
            return None
        index, entry = found
        entered = entry.when.isoformat().replace("+00:00", "Z")
        covering = [size for size in log.checkpoints.sizes() if size > index]
        if not covering:
            return LogProof(index=index, entered=entered, size=len(log))
        held = log.checkpoints.load(min(covering))
        return LogProof(
            index=index,
            entered=entered,
            size=len(log),
            origin=held.checkpoint.origin,
            checkpoint_size=held.checkpoint.size,
            root=held.checkpoint.root.hex(),
            stamped=tuple(sorted(path.name for path in held.tokens())),
        )
    finally:
        log.close()
