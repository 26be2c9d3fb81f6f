"""What a store tells the log of each exchange, once its bytes are safe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from archive.models import StoredRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExchange:
    """A record that a capture is named after, and where it and what belongs to it lie."""

    id: str
    kind: str  # response, revisit, resource, or metadata where no answer came
    url: str
    date: datetime
    stored: StoredRecord  # the record
    whole: StoredRecord  # the record, its request and its metadata, one after another
    payload_sha256: str  # "" where there is none
    block_sha256: str


class ExchangeLog(Protocol):
    """Takes down what was stored, in the order in which it was stored."""

    def enter(self, stored: Sequence[StoredExchange]) -> None:
        """Take down exchanges, all or none; called when their bytes are on disk, one at a time."""
