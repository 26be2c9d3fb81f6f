"""Where the WARC store and the log meet: each exchange stored becomes one entry.

The store calls `enter` once the exchange's bytes are synced; the entry is synced before it returns.
A crash in between leaves WARC bytes that `logged_end` does not cover, and the store tears those off
at the next open: both or neither.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from archive.errors import StorageError
from archive.log.entries import Entry, Fact, format_instant
from archive.log.log import Log
from archive.warc.stored_exchange import StoredExchange


class MerkleExchangeLog:
    """Enters what a store below `folder` keeps into `log`."""

    def __init__(
        self,
        log: Log,
        folder: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log, self._folder, self._now = log, folder, now
        self._ends: dict[str, int] = {}

    def logged_end(self, warc: str) -> int:
        """Return up to which byte `warc` is on record.

        1 where it is not at all: no record ends there, so nothing of such a file is kept.
        """
        return max(1, self._log.logged_end(warc))

    def enter(self, stored: Sequence[StoredExchange]) -> None:
        """Add the entries of exchanges in one file, durably; StorageError where the disk refuses.

        They are synced together: a text collection costs one wait for the disk, not thousands.
        """
        first = stored[0].whole
        end = self._ends.get(first.warc)
        if end is None:
            end = self._log.logged_end(first.warc)
        new = [self._entry(each) for each in stored]
        if end < first.offset:
            # A file's first record (warcinfo) is no exchange, and nobody else enters it.
            new.insert(0, self._between(first.warc, end, first.offset))
        self._log.append(new)
        last = stored[-1].whole
        self._ends[last.warc] = last.offset + last.length

    def _entry(self, stored: StoredExchange) -> Entry:
        whole, record = stored.whole, stored.stored
        facts: dict[str, Fact] = {
            "id": stored.id,
            "url": stored.url,
            "captured": format_instant(stored.date),
            "warc": whole.warc,
            "offset": whole.offset,
            "length": whole.length,
            "warc_sha256": whole.sha256,
            "record_offset": record.offset,
            "record_length": record.length,
            "record_sha256": record.sha256,
            "block_sha256": stored.block_sha256,
            "payload_sha256": stored.payload_sha256,
        }
        return Entry(kind=stored.kind, when=self._now(), facts=facts)

    def _between(self, warc: str, start: int, end: int) -> Entry:
        path = self._folder / warc
        try:
            with path.open("rb") as file:
                file.seek(start)
                digest = sha256(file.read(end - start)).hexdigest()
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        facts: dict[str, Fact] = {
            "warc": warc,
            "offset": start,
            "length": end - start,
            "warc_sha256": digest,
        }
        return Entry(kind="warcinfo", when=self._now(), facts=facts)
