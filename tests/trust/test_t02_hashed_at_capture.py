"""T2: hashed at capture, before anything reads it; the hash is kept apart from the object."""

import os
from pathlib import Path

from archive.log.log import Log
from archive.warc.exchanges import read_exchanges
from tests.support.whole_archives import FACTS, Archive, exchange, faults, warcs


def test_a_kill_between_fetch_and_reading_leaves_both_the_page_and_its_hash(
    tmp_path: Path,
) -> None:
    child = os.fork()
    if child == 0:
        archive = Archive(tmp_path / "archive")
        archive.store.add(exchange(1), FACTS)
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)

    with Archive(tmp_path / "archive") as archive:
        pass

    ((_, entry),) = _entries(archive)
    (stored,) = (stored for path in warcs(archive.home) for stored in read_exchanges(path))
    assert entry.text("record_sha256") == stored.stored.sha256
    assert faults(archive.home) == []


def test_a_kill_before_the_hash_is_logged_leaves_neither(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        archive = Archive(tmp_path / "archive")
        archive.log.append = lambda new: os.kill(os.getpid(), 9)  # type: ignore[method-assign]
        archive.store.add(exchange(1), FACTS)
    os.waitpid(child, 0)

    with Archive(tmp_path / "archive") as archive:
        pass

    assert _entries(archive) == []
    assert warcs(archive.home) == []
    assert faults(archive.home) == []


def _entries(archive: Archive) -> list[tuple[int, object]]:
    with Log.open_for_reading(archive.home.log) as log:
        return list(log.find("url", "https://mfa.ruritania.example/1"))
