"""T2: hashed at capture, before anything reads it; the hash is kept apart from the object."""

import os
from pathlib import Path

from archive.log.signed_log import Log
from archive.warc.read_exchanges import read_exchanges
from tests.support.whole_archives import (
    METADATA,
    Archive,
    list_faults,
    list_warc_files,
    make_exchange,
)


def test_a_kill_between_fetch_and_reading_leaves_both_the_page_and_its_hash(
    tmp_path: Path,
) -> None:
    child = os.fork()
    if child == 0:
        archive = Archive(tmp_path / "archive")
        archive.store.add(make_exchange(1), METADATA)
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)

    with Archive(tmp_path / "archive") as archive:
        pass

    ((_, entry),) = _entries(archive)
    (stored,) = (
        stored for path in list_warc_files(archive.home) for stored in read_exchanges(path)
    )
    assert entry.text("record_sha256") == stored.stored.sha256
    assert list_faults(archive.home) == []


def test_a_kill_before_the_hash_is_logged_leaves_neither(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        archive = Archive(tmp_path / "archive")
        archive.log.append = lambda new: os.kill(os.getpid(), 9)  # type: ignore[method-assign]
        archive.store.add(make_exchange(1), METADATA)
    os.waitpid(child, 0)

    with Archive(tmp_path / "archive") as archive:
        pass

    assert _entries(archive) == []
    assert list_warc_files(archive.home) == []
    assert list_faults(archive.home) == []


def _entries(archive: Archive) -> list[tuple[int, object]]:
    with Log.open_for_reading(archive.home.log) as log:
        return list(log.find("url", "https://mfa.ruritania.example/1"))
