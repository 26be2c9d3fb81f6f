"""Look up a capture in the log: its entry, the first checkpoint over it, its timestamps."""

from dataclasses import dataclass

from archive.archive_folder import ArchiveFolder
from archive.log.signed_log import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """A capture's entry in the log; `checkpoint_size` is 0 if no checkpoint covers it yet."""

    index: int
    entered: str  # RFC 3339
    size: int  # of the log now
    origin: str = ""
    checkpoint_size: int = 0
    root: str = ""  # of the tree at that checkpoint, hex
    timestamp_tokens: tuple[str, ...] = ()  # file names of that checkpoint's tokens


def find_log_proof(home: ArchiveFolder, capture: str) -> LogProof | None:
    """Return the log proof of `capture`; None if there is no entry for it or no log."""
    if not (home.log / "entries.jsonl").exists():
        return None
    log = Log.open_for_reading(home.log)
    try:
        match = next(log.find("id", capture), None)
        if match is None:
            return None
        index, entry = match
        entered = entry.when.isoformat().replace("+00:00", "Z")
        covering = [size for size in log.checkpoints.sizes() if size > index]
        if not covering:
            return LogProof(index=index, entered=entered, size=len(log))
        signed = log.checkpoints.load(min(covering))
        return LogProof(
            index=index,
            entered=entered,
            size=len(log),
            origin=signed.checkpoint.origin,
            checkpoint_size=signed.checkpoint.size,
            root=signed.checkpoint.root.hex(),
            timestamp_tokens=tuple(sorted(path.name for path in signed.tokens())),
        )
    finally:
        log.close()
