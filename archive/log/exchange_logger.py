"""Log stored exchanges: each exchange that the WARC store writes becomes one entry.

The store calls `enter` once the exchange's bytes are synced; the entry is synced before it returns.
A crash in between leaves WARC bytes past `logged_end`; the store truncates those at the next open.
So either both are there or neither.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from archive.errors import StorageError
from archive.log.entries import Entry, Fact, format_instant
from archive.log.signed_log import Log
from archive.warc.write.stored_exchange import StoredExchange


class MerkleExchangeLog:
    """Adds to `log` an entry for each exchange stored below `folder`."""

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
        """Return the offset up to which the entries cover `warc`.

        1 where no entry names it: no record ends there, so the store keeps nothing of such a file.
        """
        return max(1, self._log.logged_end(warc))

    def enter(self, stored: Sequence[StoredExchange]) -> None:
        """Add the entries of exchanges in one file, durably; StorageError where the disk refuses.

        They are synced together: a text collection costs one sync, not thousands.
        """
        first = stored[0].whole
        end = self._ends.get(first.warc)
        if end is None:
            end = self._log.logged_end(first.warc)
        new = [self._exchange_entry(exchange) for exchange in stored]
        if end < first.offset:
            # A file's first record (warcinfo) is no exchange, so it gets an entry here.
            new.insert(0, self._warcinfo_entry(first.warc, end, first.offset))
        self._log.append(new)
        last = stored[-1].whole
        self._ends[last.warc] = last.offset + last.length

    def _exchange_entry(self, exchange: StoredExchange) -> Entry:
        whole, record = exchange.whole, exchange.stored
        facts: dict[str, Fact] = {
            "id": exchange.id,
            "url": exchange.url,
            "captured": format_instant(exchange.date),
            "warc": whole.warc,
            "offset": whole.offset,
            "length": whole.length,
            "warc_sha256": whole.sha256,
            "record_offset": record.offset,
            "record_length": record.length,
            "record_sha256": record.sha256,
            "block_sha256": exchange.block_sha256,
            "payload_sha256": exchange.payload_sha256,
        }
        return Entry(kind=exchange.kind, when=self._now(), facts=facts)

    def _warcinfo_entry(self, warc: str, start: int, end: int) -> Entry:
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
