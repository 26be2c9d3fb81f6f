import os
import stat
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.errors import FormatError, StorageError
from archive.models import Outcome, Role, Validators
from archive.warc.capture_metadata import CaptureMetadata, TlsSession
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges
from archive.warc.record_builder import Resource
from archive.warc.record_reader import read_records, read_stored_bytes
from archive.warc.verify_warc import verify_warc
from archive.warc.write.store import WarcStore
from tests.support.warc_files import (
    NOON,
    PAGE,
    RecordingLog,
    assert_other_tools_accept,
    http_response,
    make_exchange,
    only_file,
    open_store,
    page_metadata,
)

TLS = TlsSession(version="TLSv1.3", cipher="AES", leaf_sha256="ab" * 32, chain=(b"leaf", b"root"))


def read_all(folder: Path) -> list[ArchivedExchange]:
    return [
        exchange
        for path in sorted(folder.rglob("*.warc.gz"))
        for exchange in read_exchanges(path, warc=path.relative_to(folder).as_posix())
    ]


def test_what_is_stored_is_what_the_server_sent_and_reads_back_as_the_same_capture(
    tmp_path: Path,
) -> None:
    body = b"<p>Wir bedauern das.</p>"
    with open_store(tmp_path) as store:
        capture = store.add(
            make_exchange(body, b"X-Odd:   caf\xe9"), page_metadata(note="as expected")
        )

    (exchange,) = read_all(tmp_path)
    assert exchange.block == http_response(body, b"X-Odd:   caf\xe9")
    assert exchange.body() == body
    assert exchange.capture() == capture
    assert (capture.url, capture.captured, capture.status) == (PAGE, NOON, 200)
    assert (capture.source, capture.role, capture.outcome) == ("ministry", Role.PAGE, Outcome.OK)
    assert (capture.media_type, capture.note) == ("text/html", "as expected")
    assert capture.payload_sha256 == sha256(body).hexdigest()
    assert read_stored_bytes(tmp_path, capture.stored).header.id == capture.id


def test_every_file_is_accepted_by_the_tools_of_the_field(tmp_path: Path) -> None:
    chunked = b"5\r\nWe re\r\n4\r\ngret\r\n0\r\n\r\n"
    with open_store(tmp_path) as store:
        first = store.add(make_exchange(), page_metadata(tls=TLS))
        store.add(make_exchange(chunked, b"Transfer-Encoding: chunked"), page_metadata())
        store.add(
            make_exchange(b"half", truncated="disconnect"), page_metadata(Outcome.NETWORK_ERROR)
        )
        earlier = Validators(capture=first.id, url=first.url, captured=first.captured)
        not_modified = make_exchange(b"", status=304)
        store.add(
            type(not_modified)(
                url=PAGE,
                started=NOON,
                request=b"GET / HTTP/1.1\r\n\r\n",
                response=not_modified.response,
                earlier=earlier,
            ),
            page_metadata(Outcome.UNCHANGED),
        )
        store.add_failure(PAGE, NOON, page_metadata(Outcome.NETWORK_ERROR, note="no such host"))
        store.add_resources([text("1"), text("2")])

    assert_other_tools_accept(only_file(tmp_path))
    assert list(verify_warc(only_file(tmp_path))) == []


def text(number: str) -> Resource:
    return Resource(
        uri=f"urn:onrecord:speeches:{number}",
        block=b'{"id": "%s", "text": "Good evening."}' % number.encode(),
        media_type="application/json",
        date=NOON,
        metadata=CaptureMetadata(role=Role.TRANSCRIPT, outcome=Outcome.OK, source="speeches"),
    )


def test_a_file_begins_by_saying_what_wrote_it_and_where_it_lies_says_when(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add(make_exchange(), page_metadata())

    path = only_file(tmp_path)
    first = next(iter(read_records(path)))
    assert first.header.kind == "warcinfo"
    assert first.header.get("WARC-Filename") == path.name
    assert b"software: OnRecord/test\r\n" in first.block
    assert path.relative_to(tmp_path).as_posix().startswith("2026/04/onrecord-20260413120000-")


def test_a_304_becomes_a_revisit_of_the_capture_that_it_stands_for(tmp_path: Path) -> None:
    earlier = Validators(capture="urn:uuid:1", url=PAGE, captured=NOON - timedelta(days=1))
    request_exchange = make_exchange(b"", status=304)
    with open_store(tmp_path) as store:
        capture = store.add(
            type(request_exchange)(
                url=PAGE,
                started=NOON,
                request=b"",
                response=request_exchange.response,
                earlier=earlier,
            ),
            page_metadata(Outcome.UNCHANGED),
        )

    (exchange,) = read_all(tmp_path)
    assert exchange.kind == "revisit"
    assert exchange.record.header.get("WARC-Refers-To") == "<urn:uuid:1>"
    assert exchange.record.header.get("WARC-Refers-To-Date") == "2026-04-12T12:00:00.000250Z"
    assert exchange.record.header.get("WARC-Profile").endswith("/server-not-modified")
    assert (capture.status, capture.payload_sha256) == (304, "")
    assert exchange.capture() == capture


def test_a_chunked_body_has_its_digest_in_our_metadata_and_not_where_tools_disagree(
    tmp_path: Path,
) -> None:
    framed = b"5\r\nWe re\r\n4\r\ngret\r\n0\r\n\r\n"
    with open_store(tmp_path) as store:
        capture = store.add(make_exchange(framed, b"Transfer-Encoding: chunked"), page_metadata())

    (exchange,) = read_all(tmp_path)
    assert exchange.record.header.get("WARC-Payload-Digest") == ""
    assert exchange.payload == b"We regret"
    assert capture.payload_sha256 == sha256(b"We regret").hexdigest()


def test_a_request_without_a_response_is_a_capture_too(tmp_path: Path) -> None:
    facts = page_metadata(Outcome.REFUSED_BY_ROBOTS, note="robots.txt line 3")
    with open_store(tmp_path) as store:
        capture = store.add_failure(PAGE, NOON, facts)

    (exchange,) = read_all(tmp_path)
    assert exchange.kind == "metadata"
    assert exchange.capture() == capture
    assert (capture.status, capture.media_type, capture.payload_sha256) == (None, "", "")


def test_bytes_that_are_not_http_are_stored_too(tmp_path: Path) -> None:
    request_exchange = make_exchange()
    with open_store(tmp_path) as store:
        capture = store.add(
            type(request_exchange)(
                url=PAGE, started=NOON, request=request_exchange.request, response=b"SSH-2.0-x\r\n"
            ),
            page_metadata(Outcome.NETWORK_ERROR),
        )

    (exchange,) = read_all(tmp_path)
    assert (exchange.block, exchange.body(), exchange.headers) == (b"SSH-2.0-x\r\n", b"", ())
    assert exchange.capture() == capture
    assert_other_tools_accept(only_file(tmp_path))


def test_certificates_are_written_once_a_file(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for _ in range(3):
            store.add(make_exchange(), page_metadata(tls=TLS))

    chains = [
        exchange.metadata.tls.chain
        for exchange in read_all(tmp_path)
        if exchange.metadata and exchange.metadata.tls
    ]
    assert chains == [(b"leaf", b"root"), (), ()]


def test_a_truncated_answer_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add(make_exchange(truncated="length"), page_metadata(Outcome.TOO_LARGE))

    (exchange,) = read_all(tmp_path)
    assert exchange.record.header.get("WARC-Truncated") == "length"
    assert exchange.record.header.get("WARC-IP-Address") == "192.0.2.7"


def test_the_same_page_is_stored_whole_each_time(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add(make_exchange(), page_metadata())
        store.add(make_exchange(), page_metadata())

    assert [exchange.kind for exchange in read_all(tmp_path)] == ["response", "response"]


def test_eight_threads_write_one_whole_file(tmp_path: Path) -> None:
    log = RecordingLog()
    store = open_store(tmp_path, log=log)

    def add(worker: int) -> None:
        for number in range(25):
            store.add(make_exchange(b"%d-%d" % (worker, number) * 100), page_metadata())

    threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()

    exchange = read_all(tmp_path)
    assert len({exchange.body() for exchange in exchange}) == 200
    assert [exchange.id for exchange in exchange] == [exchange.id for exchange in log.entries]
    assert list(verify_warc(only_file(tmp_path))) == []


def test_the_log_receives_each_exchange_and_its_location_once_it_is_on_disk(
    tmp_path: Path,
) -> None:
    log = RecordingLog()
    with open_store(tmp_path, log=log) as store:
        capture = store.add(make_exchange(), page_metadata())

    (entry,) = log.entries
    assert (entry.id, entry.kind, entry.url, entry.date) == (capture.id, "response", PAGE, NOON)
    assert entry.stored == capture.stored
    assert entry.payload_sha256 == capture.payload_sha256
    assert entry.block_sha256 == sha256(http_response()).hexdigest()
    data = only_file(tmp_path).read_bytes()
    assert entry.whole.offset + entry.whole.length == len(data)
    assert sha256(data[entry.whole.offset :]).hexdigest() == entry.whole.sha256


def test_what_the_log_refuses_is_not_stored(tmp_path: Path) -> None:
    store = open_store(tmp_path, log=RecordingLog(max_entries=1))
    store.add(make_exchange(b"kept"), page_metadata())

    with pytest.raises(StorageError, match="No space left"):
        store.add(make_exchange(b"lost"), page_metadata())

    store.close()
    assert [exchange.body() for exchange in read_all(tmp_path)] == [b"kept"]


def test_a_full_file_is_closed_and_another_begun(tmp_path: Path) -> None:
    with open_store(tmp_path, max_file_bytes=3000) as store:
        for number in range(6):
            store.add(make_exchange(os.urandom(1000) + b"%d" % number), page_metadata(tls=TLS))

    files = list(tmp_path.rglob("*.warc.gz"))
    assert len(files) > 1
    assert len(read_all(tmp_path)) == 6
    for path in files:
        first = next(iter(read_exchanges(path)))
        assert first.metadata
        assert first.metadata.tls == TLS, "each file can be read without the others"


def test_files_and_folders_are_private_and_read_only_once_closed(tmp_path: Path) -> None:
    store = open_store(tmp_path / "warc")
    store.add(make_exchange(), page_metadata())
    path = only_file(tmp_path)
    open_mode = stat.S_IMODE(path.stat().st_mode)
    store.close()

    assert open_mode == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    for folder in (tmp_path / "warc", path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_archive_that_was_only_opened_holds_no_file(tmp_path: Path) -> None:
    open_store(tmp_path / "warc").close()

    assert list(tmp_path.rglob("*.warc.gz")) == []


def test_a_file_of_which_the_log_has_no_exchange_is_deleted(tmp_path: Path) -> None:
    store = open_store(tmp_path, log=RecordingLog(max_entries=0))

    with pytest.raises(StorageError):
        store.add(make_exchange(), page_metadata())

    store.close()
    assert list(tmp_path.rglob("*.warc.gz")) == []


def test_an_address_that_is_no_text_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, pytest.raises(FormatError, match="WARC-Target-URI"):
        store.add(make_exchange(url="https://ministry.example/\udcff"), page_metadata())

    assert list(tmp_path.rglob("*.warc.gz")) == []


def test_a_store_that_was_closed_goes_on_in_another_file(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add(make_exchange(), page_metadata())
    store.close()
    store.add(make_exchange(), page_metadata())
    store.close()

    assert len(list(tmp_path.rglob("*.warc.gz"))) == 2


FULL_DISK = """
import os, resource, signal, sys
from pathlib import Path
from archive.errors import StorageError
from tests.support.warc_files import make_exchange, open_store, page_metadata
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
store = open_store(Path(sys.argv[1]))
stored = 0
try:
    while True:
        store.add(make_exchange(os.urandom(3000)), page_metadata())
        stored += 1
except StorageError as error:
    sys.stdout.write(f"{stored} {error}")
store.add(make_exchange(b"short"), page_metadata())
"""


def test_a_full_disk_is_one_error_and_leaves_whole_records(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path], capture_output=True, text=True, check=False
    )

    assert process.returncode == 0, process.stderr
    stored, _, message = process.stdout.partition(" ")
    assert "File too large" in message
    assert "\n" not in message
    assert list(verify_warc(only_file(tmp_path))) == []
    assert len(read_all(tmp_path)) == int(stored) + 1, "what fits is stored after what did not"


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "2026").write_text("in the way")

    with pytest.raises(StorageError, match="2026"):
        open_store(tmp_path).add(make_exchange(), page_metadata())


def test_texts_of_a_collection_are_stored_as_resources_in_one_write(tmp_path: Path) -> None:
    log = RecordingLog()
    with open_store(tmp_path, log=log) as store:
        captures = store.add_resources([text(str(number)) for number in range(50)])

    exchange = read_all(tmp_path)
    assert [exchange.capture() for exchange in exchange] == captures
    assert {exchange.kind for exchange in exchange} == {"resource"}
    assert exchange[7].body() == b'{"id": "7", "text": "Good evening."}'
    assert captures[7].media_type == "application/json"
    assert captures[7].payload_sha256 == sha256(exchange[7].body()).hexdigest()
    assert len(log.entries) == 50


def test_no_texts_are_no_write(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.add_resources([]) == []

    assert list(tmp_path.rglob("*.warc.gz")) == []


def test_warcio_reads_the_same_blocks(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.add(make_exchange(b"<p>One</p>"), page_metadata())

    with only_file(tmp_path).open("rb") as file:
        kinds = [
            (exchange.rec_type, exchange.content_stream().read())
            for exchange in ArchiveIterator(file)
        ]
    assert [kind for kind, _ in kinds] == ["warcinfo", "response", "request", "metadata"]
    assert kinds[1][1] == b"<p>One</p>"


def test_the_name_of_a_file_follows_the_clock(tmp_path: Path) -> None:
    moments = iter([datetime.fromisoformat("2031-12-31T23:59:59+00:00")])
    store = WarcStore(tmp_path, software="OnRecord/test", now=lambda: next(moments))
    store.add(make_exchange(), page_metadata())
    store.close()

    assert only_file(tmp_path).parent == tmp_path / "2031" / "12"


def test_an_interrupt_in_mid_write_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path)
    store.add(make_exchange(b"before"), page_metadata())

    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.add(make_exchange(b"during"), page_metadata())
    store.add(make_exchange(b"after"), page_metadata())
    store.close()

    assert [exchange.body() for exchange in read_all(tmp_path)] == [b"before", b"after"]
    assert list(verify_warc(only_file(tmp_path))) == []


def raise_os_error(*args: object) -> None:
    raise OSError(5, "Input/output error")


def test_a_disk_that_will_not_truncate_is_a_storage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path, log=RecordingLog(max_entries=0))
    with monkeypatch.context() as patched:
        patched.setattr(os, "ftruncate", raise_os_error)
        with pytest.raises(StorageError, match="Input/output"):
            store.add(make_exchange(), page_metadata())
    store.close()


def test_a_disk_that_will_not_close_is_a_storage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path)
    store.add(make_exchange(), page_metadata())
    monkeypatch.setattr(os, "fchmod", raise_os_error)

    with pytest.raises(StorageError, match="Input/output"):
        store.close()
