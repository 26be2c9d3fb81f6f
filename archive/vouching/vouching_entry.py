"""The entries of the log that vouch for rows of a catalogue.

An entry of kind "catalogued" has the id of a catalogue, which is random, and `rows`: of each row 16
bytes of key and 32 of digest, in base64url, 64 characters a row. The latest digest of a key counts.
An entry of kind "rebuilt" has the ids of a catalogue and of the one that it replaces.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import datetime

from archive.errors import FormatError
from archive.log.entries import Entry, Fact
from archive.vouching.vouched_row import DIGEST_BYTES, KEY_BYTES, VouchedRow

KIND = "catalogued"
REBUILT = "rebuilt"
LINKS = "links"  # in place of a catalogue: lines of links.jsonl
MAX_ROWS = 200  # in one entry: what is read to look up one
_ROW_BYTES = KEY_BYTES + DIGEST_BYTES
_PATTERN_BYTES = 15  # of a key: whole groups of base64


def vouching_entries(
    catalogue: str, rows: Sequence[VouchedRow], when: datetime, *, adopted: bool = False
) -> list[Entry]:
    """Return the entries that vouch for `rows`, MAX_ROWS in each.

    `adopted`: the rows were in a catalogue that an earlier onrecord made; nobody vouched for them.
    """
    facts: dict[str, Fact] = {"catalogue": catalogue} | ({"adopted": 1} if adopted else {})
    chunks = (rows[start : start + MAX_ROWS] for start in range(0, len(rows), MAX_ROWS))
    return [
        Entry(kind=KIND, when=when, facts={**facts, "rows": _encode(chunk)}) for chunk in chunks
    ]


def adopted_entry(catalogue: str, when: datetime) -> Entry:
    """Return the entry that ends an adoption: rows that are in none are vouched for by nobody."""
    facts: dict[str, Fact] = {"catalogue": catalogue, "adopted": 1, "complete": 1, "rows": ""}
    return Entry(kind=KIND, when=when, facts=facts)


def rebuilt_entry(catalogue: str, before: str, when: datetime) -> Entry:
    return Entry(kind=REBUILT, when=when, facts={"catalogue": catalogue, "before": before})


def rows_of(entry: Entry) -> Iterator[tuple[bytes, bytes]]:
    """Yield the key and the digest of each row that an entry vouches for; FormatError."""
    try:
        data = base64.b64decode(entry.text("rows"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"log entry {KIND}: expected base64, found {error}") from error
    if len(data) % _ROW_BYTES:
        raise FormatError(f"log entry {KIND}: expected whole rows, found {len(data)} bytes")
    for start in range(0, len(data), _ROW_BYTES):
        middle = start + KEY_BYTES
        yield data[start:middle], data[middle : start + _ROW_BYTES]


def key_pattern(key: bytes) -> bytes:
    """Return bytes that every line has which vouches for the row of `key`; few others have them."""
    return base64.urlsafe_b64encode(key[:_PATTERN_BYTES])


def _encode(rows: Sequence[VouchedRow]) -> str:
    return base64.urlsafe_b64encode(b"".join(row.key + row.digest for row in rows)).decode()
