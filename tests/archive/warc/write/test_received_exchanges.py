"""What was received is on disk before it is judged, and is stored if the process dies of it."""

import gzip
from contextlib import suppress
from pathlib import Path

from archive.models import Capture, Outcome
from archive.warc.read_exchanges import read_exchanges
from archive.warc.record_builder import Exchange
from archive.warc.write.received_exchanges import UNJUDGED, ReceivedExchanges
from archive.warc.write.store import WarcStore
from tests.support.warc_files import make_exchange, page_metadata

ODD = b"\x00\xff not \r\n\r\n HTTP"


class DeathError(Exception):
    """Stands for the death of the process."""


def open_store(folder: Path) -> WarcStore:
    return WarcStore(folder / "warc", software="test", received=folder / "received")


def die_while_judging(folder: Path, *exchanges: Exchange) -> None:
    with open_store(folder) as store:
        for exchange in exchanges:
            with suppress(DeathError), store.receive(exchange, page_metadata()):
                raise DeathError


def recovered_captures(folder: Path) -> list[Capture]:
    with open_store(folder) as store:
        store.recover()
    captures = [
        exchange.capture()
        for path in sorted((folder / "warc").rglob("*.warc.gz"))
        for exchange in read_exchanges(path)
    ]
    return [capture for capture in captures if capture]


def test_bytes_are_on_disk_while_they_are_judged_and_no_longer(tmp_path: Path) -> None:
    exchange = make_exchange(ODD)
    with open_store(tmp_path) as store:
        with store.receive(exchange, page_metadata()):
            (kept,) = (tmp_path / "received").iterdir()
            assert exchange.response in kept.read_bytes()
            assert exchange.request in kept.read_bytes()
            assert kept.stat().st_mode & 0o077 == 0
            store.add(exchange, page_metadata())

        assert list((tmp_path / "received").iterdir()) == []


def test_what_was_not_stored_is_stored_at_the_next_start_as_it_was_sent(tmp_path: Path) -> None:
    exchange = make_exchange(ODD, truncated="disconnect")
    die_while_judging(tmp_path, exchange)

    (capture,) = recovered_captures(tmp_path)

    assert (capture.url, capture.captured) == (exchange.url, exchange.started)
    assert (capture.outcome, capture.note) == (Outcome.SUSPECT, UNJUDGED)
    assert (capture.source, capture.role) == (page_metadata().source, page_metadata().role)
    (path,) = (tmp_path / "warc").rglob("*.warc.gz")
    (stored,) = read_exchanges(path)
    assert stored.block == exchange.response
    assert next(record.block for record in stored.related) == exchange.request
    assert b"WARC-Truncated: disconnect" in gzip.decompress(path.read_bytes())
    assert list((tmp_path / "received").iterdir()) == []


def test_a_recovered_exchange_is_stored_once(tmp_path: Path) -> None:
    die_while_judging(tmp_path, make_exchange(b"one"), make_exchange(b"two"))

    assert len(recovered_captures(tmp_path)) == 2
    assert len(recovered_captures(tmp_path)) == 2


def test_a_file_without_its_bytes_is_set_aside_and_named(tmp_path: Path) -> None:
    die_while_judging(tmp_path, make_exchange(b"one"), make_exchange(b"two"))
    torn, _ = sorted((tmp_path / "received").iterdir())
    torn.write_bytes(b"")

    with open_store(tmp_path) as store:
        messages = sorted(map(str, store.recover()))

    assert len(messages) == 2
    assert any(f"{torn.name}: cannot be read" in message for message in messages)
    assert [path.name for path in (tmp_path / "received").iterdir()] == [f"{torn.name}.torn"]


def test_what_was_still_being_written_was_never_received(tmp_path: Path) -> None:
    folder = tmp_path / "received"
    folder.mkdir()
    (folder / "half.warc.17.new").write_bytes(b"WARC/1.1\r\nWARC-Type: respon")

    assert recovered_captures(tmp_path) == []
    assert list(folder.iterdir()) == []


def test_a_store_without_a_folder_keeps_nothing(tmp_path: Path) -> None:
    with ReceivedExchanges(None).kept(make_exchange(), page_metadata()):
        assert list(tmp_path.iterdir()) == []
