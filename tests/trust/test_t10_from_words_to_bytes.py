"""T10: from the words of a hit to the bytes they stand in, and back."""

import json
from pathlib import Path

from archive.archive_folder import ArchiveFolder
from archive.models import StoredRecord
from archive.warc.record_reader import read_stored_bytes
from tests.conftest import Run


def test_the_words_of_a_hit_are_in_the_bytes_it_names(
    panel_archive: Run, archive_folder: Path
) -> None:
    quotes = ("refused entry to the facility", "held without charge", "Release")
    hit_count = 0
    for quote in quotes:
        for line in panel_archive("search", f'"{quote}"', "--json").stdout.splitlines():
            hit = json.loads(line)
            capture = hit["capture"]
            shown = json.loads(panel_archive("show", hit["version"], "--json").stdout)
            text = shown["text"]
            exact = text[hit["passage"]["start"] : hit["passage"]["end"]]
            record = _record(archive_folder, capture["id"])
            assert exact == hit["passage"]["exact"]
            assert " ".join(exact.split()).encode() in b" ".join(record.split())
            assert capture["sha256"]
            hit_count += 1
    assert hit_count > 2


def _record(folder: Path, name: str) -> bytes:
    from archive.log.entries import Entry
    from archive.log.signed_log import Log

    home = ArchiveFolder(folder)
    with Log.open_for_reading(home.log) as log:
        ((_, entry),) = log.find("id", name)
    assert isinstance(entry, Entry)
    stored = StoredRecord(
        warc=entry.text("warc"),
        offset=entry.number("record_offset"),
        length=entry.number("record_length"),
        sha256=entry.text("record_sha256"),
    )
    return read_stored_bytes(home.warc, stored).block
