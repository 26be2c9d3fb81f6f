import gzip
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from archive.errors import FormatError
from archive.models import Role
from archive.warc.capture_metadata import ImportOrigin
from archive.warc.read_exchanges import read_exchanges
from archive.warc.record_reader import read_records, read_stored_bytes
from tests.support.warc_files import (
    PAGE,
    RecordingLog,
    assert_other_tools_accept,
    foreign_record,
    http_response,
    only_file,
    open_store,
    page_metadata,
    write_warc,
)

ORIGIN = ImportOrigin(name="theirs.warc.gz", sha256="ab" * 32, offset=0)
BODY = b"<p>The Chancellor thanked everyone.</p>"


@pytest.mark.parametrize("members", [True, False])
def test_a_record_of_others_keeps_its_id_its_date_and_every_line(
    tmp_path: Path, members: bool
) -> None:
    original = foreign_record(http_response(BODY), version="1.0", fields=["X-Their-Own: caf\xe9"])
    path = write_warc(tmp_path / "theirs", original, members=members)
    (record,) = read_records(path)
    log = RecordingLog()

    with open_store(tmp_path / "warc", log=log) as store:
        capture = store.add_foreign(path, record, page_metadata(origin=ORIGIN))

    assert capture.id == record.header.id
    assert capture.captured == datetime(2017, 4, 13, 10, 2, tzinfo=UTC)
    assert (capture.taken_from, capture.status, capture.url) == ("theirs.warc.gz", 200, PAGE)
    assert capture.payload_sha256 == sha256(BODY).hexdigest()
    stored_path = only_file(tmp_path / "warc")
    (exchange,) = read_exchanges(
        stored_path, warc=stored_path.relative_to(tmp_path / "warc").as_posix()
    )
    assert exchange.record.header.raw + exchange.block + b"\r\n\r\n" == original
    assert exchange.capture() == capture
    assert exchange.metadata
    assert exchange.metadata.origin == ORIGIN
    assert [entry.id for entry in log.entries] == [capture.id]
    assert_other_tools_accept(stored_path)


def test_a_gzip_member_is_copied_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.gz"
    path.write_bytes(gzip.compress(foreign_record(http_response(BODY)), compresslevel=1, mtime=1))
    (record,) = read_records(path)

    with open_store(tmp_path / "warc") as store:
        stored = store.add_foreign(path, record, page_metadata()).stored

    stored_path = (tmp_path / "warc" / stored.warc).read_bytes()
    assert stored_path[stored.offset : stored.offset + stored.length] == path.read_bytes()
    assert stored.sha256 == sha256(path.read_bytes()).hexdigest()
    assert read_stored_bytes(tmp_path / "warc", stored).header.id == record.header.id


def test_a_resource_of_others_keeps_its_media_type(tmp_path: Path) -> None:
    original = foreign_record(b"a text", kind="resource", content_type="text/plain")
    path = write_warc(tmp_path / "theirs.warc.gz", original)
    (record,) = read_records(path)

    with open_store(tmp_path / "warc") as store:
        capture = store.add_foreign(path, record, page_metadata())

    assert (capture.media_type, capture.status, capture.role) == ("text/plain", None, Role.PAGE)
    assert capture.payload_sha256 == sha256(b"a text").hexdigest()


def test_a_record_without_an_id_is_refused(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "theirs.warc.gz", foreign_record(http_response(), record_id=""))
    (record,) = read_records(path)

    with open_store(tmp_path / "warc") as store, pytest.raises(FormatError, match="WARC-Record-ID"):
        store.add_foreign(path, record, page_metadata())


def test_a_file_that_shrank_meanwhile_is_refused(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "theirs.warc.gz", foreign_record(http_response()))
    (record,) = read_records(path)
    path.write_bytes(path.read_bytes()[:-5])

    with open_store(tmp_path / "warc") as store, pytest.raises(FormatError, match="found"):
        store.add_foreign(path, record, page_metadata())
