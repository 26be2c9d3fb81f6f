"""What the WARC store reports to the log about each exchange, once its bytes are on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from archive.models import StoredRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExchange:
    """The main record of an exchange, and where it and its related records are stored."""

    id: str
    kind: str  # response, revisit, resource, or metadata if no response came
    url: str
    date: datetime
    stored: StoredRecord  # the record
    whole: StoredRecord  # the record, its request and its metadata, one after another
    payload_sha256: str  # "" if there is no payload
    block_sha256: str


class ExchangeLog(Protocol):
    """Records what was stored, in the order in which it was stored."""

    def enter(self, stored: Sequence[StoredExchange]) -> None:
        """Record exchanges, all or none; called with their bytes on disk, never concurrently."""

    def logged_end(self, warc: str) -> int | None:
        """Return the offset up to which a WARC file is recorded; None where the log has none."""
