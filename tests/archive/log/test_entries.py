import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from archive.errors import FormatError
from archive.log import entries, merkle_proofs
from archive.log.entries import Entry, ErasedEntry
from tests.support.filled_logs import NOON, capture


def test_an_entry_reads_back_as_it_was_written() -> None:
    line = entries.encode(capture(7))

    decoded = entries.decode(line)

    assert isinstance(decoded, Entry)
    assert (decoded.kind, decoded.when) == ("response", NOON + timedelta(seconds=7))
    assert decoded.facts == capture(7).facts
    assert entries.encode(decoded) == line


def test_a_line_is_canonical_json_with_a_fresh_salt_each_time() -> None:
    first, second = (entries.encode(capture(1)) for _ in range(2))

    assert first != second
    facts = json.loads(first)
    assert len(facts["salt"]) == 32
    assert first == json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def test_an_address_cannot_forge_another_fact() -> None:
    url = 'https://x.example/","warc_sha256":"' + "0" * 64
    line = entries.encode(Entry(kind="response", when=NOON, facts={"url": url}))

    assert b'"warc_sha256":"0' not in line


def test_an_erased_entry_keeps_its_length_and_its_leaf_hash() -> None:
    line = entries.encode(capture(1))

    erased = entries.erased_form(line)

    assert len(erased) == len(line)
    assert entries.decode(erased) == ErasedEntry(merkle_proofs.leaf_hash(line))
    assert entries.leaf_hash_of(erased) == entries.leaf_hash_of(line)
    assert b"ministry" not in erased
    assert entries.erased_form(erased) == erased


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b'{"date":"2026-11-22","kind":"x","salt":""}', b"\xff", b"[" * 9999]
)
def test_a_line_that_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(FormatError, match="expected a line of JSON"):
        entries.decode(line)


def test_text_that_is_not_unicode_cannot_be_logged() -> None:
    with pytest.raises(FormatError, match="expected Unicode text"):
        entries.encode(Entry(kind="response", when=NOON, facts={"url": "\ud800"}))


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC), "2026-01-02T03:04:05.000600Z"),
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:00:00Z"),
    ],
)
def test_instants_are_written_in_utc(when: datetime, text: str) -> None:
    assert entries.format_instant(when) == text
    assert entries.parse_instant(text) == when
