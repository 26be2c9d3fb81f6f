from pathlib import Path

from archive.models import Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata, format_metadata
from archive.warc.read_exchanges import ArchivedExchange, read_exchange, read_exchanges
from tests.support.warc_files import (
    PAGE,
    foreign_record,
    http_response,
    make_exchange,
    open_store,
    page_metadata,
    write_warc,
)

FIRST_ID, SECOND_ID, REQUEST_ID = "urn:uuid:1", "urn:uuid:2", "urn:uuid:9"
REQUEST = b"GET / HTTP/1.1\r\n\r\n"


def concurrent_to(record_id: str) -> tuple[str, ...]:
    return (f"WARC-Concurrent-To: <{record_id}>",)


def read(folder: Path, *records: bytes) -> list[ArchivedExchange]:
    return list(read_exchanges(write_warc(folder / "a.warc.gz", *records)))


def metadata_block(outcome: Outcome = Outcome.OK) -> bytes:
    return format_metadata(CaptureMetadata(role=Role.PAGE, outcome=outcome, source="ministry"))


def test_a_request_belongs_to_its_response_whichever_comes_first(tmp_path: Path) -> None:
    exchanges = read(
        tmp_path,
        foreign_record(
            REQUEST, kind="request", record_id=REQUEST_ID, fields=concurrent_to(FIRST_ID)
        ),
        foreign_record(http_response(b"one"), record_id=FIRST_ID),
        foreign_record(http_response(b"two"), record_id=SECOND_ID),
        foreign_record(REQUEST, kind="request", fields=concurrent_to(SECOND_ID)),
    )

    assert [exchange.body() for exchange in exchanges] == [b"one", b"two"]
    assert [exchange.related[0].block for exchange in exchanges] == [REQUEST, REQUEST]


def test_a_response_may_name_its_request(tmp_path: Path) -> None:
    (exchanges,) = read(
        tmp_path,
        foreign_record(REQUEST, kind="request", record_id=REQUEST_ID),
        foreign_record(http_response(), record_id=FIRST_ID, fields=concurrent_to(REQUEST_ID)),
    )

    assert [exchange.header.id for exchange in exchanges.related] == [REQUEST_ID]


def test_foreign_metadata_is_related_but_not_ours(tmp_path: Path) -> None:
    (exchanges,) = read(
        tmp_path,
        foreign_record(http_response(), record_id=FIRST_ID),
        foreign_record(b"fetchTimeMs: 4\r\n", kind="metadata", fields=concurrent_to(FIRST_ID)),
    )

    assert (len(exchanges.related), exchanges.metadata, exchanges.capture()) == (1, None, None)


def test_the_last_metadata_record_of_ours_counts(tmp_path: Path) -> None:
    (exchanges,) = read(
        tmp_path,
        foreign_record(http_response(), record_id=FIRST_ID),
        foreign_record(metadata_block(Outcome.OK), kind="metadata", fields=concurrent_to(FIRST_ID)),
        foreign_record(
            metadata_block(Outcome.SUSPECT), kind="metadata", fields=concurrent_to(FIRST_ID)
        ),
    )

    assert exchanges.metadata
    assert exchanges.metadata.outcome is Outcome.SUSPECT


def test_metadata_alone_is_a_failed_capture(tmp_path: Path) -> None:
    exchanges = read(
        tmp_path,
        foreign_record(http_response(), record_id=FIRST_ID),
        foreign_record(metadata_block(Outcome.NETWORK_ERROR), kind="metadata", record_id=SECOND_ID),
        foreign_record(b"x: y\r\n", kind="metadata", record_id="urn:uuid:3"),
    )

    assert [exchange.kind for exchange in exchanges] == ["response", "metadata"]
    capture = exchanges[1].capture()
    assert capture
    assert (capture.id, capture.outcome, capture.status) == (SECOND_ID, Outcome.NETWORK_ERROR, None)
    assert (exchanges[1].body(), exchanges[1].headers) == (b"", ())


def test_a_resource_is_its_own_body(tmp_path: Path) -> None:
    (exchanges,) = read(
        tmp_path, foreign_record(b"text", kind="resource", content_type="text/plain")
    )

    assert (exchanges.body(), exchanges.url, exchanges.response) == (b"text", PAGE, None)


def test_other_kinds_of_record_are_no_exchange(tmp_path: Path) -> None:
    assert (
        read(
            tmp_path, foreign_record(b"x", kind="warcinfo"), foreign_record(b"x", kind="conversion")
        )
        == []
    )


def test_a_file_is_called_what_the_caller_calls_it(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", foreign_record(http_response()))

    (exchanges,) = read_exchanges(path, warc="2026/04/a.warc.gz")

    assert exchanges.stored.warc == "2026/04/a.warc.gz"
    assert (exchanges.stored.offset, exchanges.stored.length) == (0, path.stat().st_size)


def test_an_exchange_is_read_by_its_stored_location(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        stored = store.add(make_exchange(b"one"), page_metadata()).stored
        store.add(make_exchange(b"two"), page_metadata())

    exchanges = read_exchange(tmp_path, stored)

    assert (exchanges.body(), exchanges.stored) == (b"one", stored)
