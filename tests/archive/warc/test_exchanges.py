from pathlib import Path

from archive.models import Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata, format_metadata
from archive.warc.exchanges import ArchivedExchange, read_exchange, read_exchanges
from tests.support.warc_files import (
    PAGE,
    foreign_record,
    http_response,
    make_exchange,
    open_store,
    page_metadata,
    write_warc,
)

ONE, TWO, ASKED = "urn:uuid:1", "urn:uuid:2", "urn:uuid:9"
REQUEST = b"GET / HTTP/1.1\r\n\r\n"


def about(record_id: str) -> tuple[str, ...]:
    return (f"WARC-Concurrent-To: <{record_id}>",)


def read(folder: Path, *records: bytes) -> list[ArchivedExchange]:
    return list(read_exchanges(write_warc(folder / "a.warc.gz", *records)))


def facts(outcome: Outcome = Outcome.OK) -> bytes:
    return format_metadata(CaptureMetadata(role=Role.PAGE, outcome=outcome, source="ministry"))


def test_a_request_belongs_to_its_response_whichever_comes_first(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        foreign_record(REQUEST, kind="request", record_id=ASKED, fields=about(ONE)),
        foreign_record(http_response(b"one"), record_id=ONE),
        foreign_record(http_response(b"two"), record_id=TWO),
        foreign_record(REQUEST, kind="request", fields=about(TWO)),
    )

    assert [each.body() for each in found] == [b"one", b"two"]
    assert [each.related[0].block for each in found] == [REQUEST, REQUEST]


def test_a_response_may_name_its_request(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path,
        foreign_record(REQUEST, kind="request", record_id=ASKED),
        foreign_record(http_response(), record_id=ONE, fields=about(ASKED)),
    )

    assert [each.header.id for each in found.related] == [ASKED]


def test_metadata_of_others_is_kept_beside_and_says_nothing_for_us(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path,
        foreign_record(http_response(), record_id=ONE),
        foreign_record(b"fetchTimeMs: 4\r\n", kind="metadata", fields=about(ONE)),
    )

    assert (len(found.related), found.metadata, found.capture()) == (1, None, None)


def test_the_last_of_our_facts_holds(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path,
        foreign_record(http_response(), record_id=ONE),
        foreign_record(facts(Outcome.OK), kind="metadata", fields=about(ONE)),
        foreign_record(facts(Outcome.SUSPECT), kind="metadata", fields=about(ONE)),
    )

    assert found.metadata
    assert found.metadata.outcome is Outcome.SUSPECT


def test_facts_alone_are_a_failure(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        foreign_record(http_response(), record_id=ONE),
        foreign_record(facts(Outcome.NETWORK_ERROR), kind="metadata", record_id=TWO),
        foreign_record(b"x: y\r\n", kind="metadata", record_id="urn:uuid:3"),
    )

    assert [each.kind for each in found] == ["response", "metadata"]
    capture = found[1].capture()
    assert capture
    assert (capture.id, capture.outcome, capture.status) == (TWO, Outcome.NETWORK_ERROR, None)
    assert (found[1].body(), found[1].headers) == (b"", ())


def test_a_resource_is_its_own_body(tmp_path: Path) -> None:
    (found,) = read(tmp_path, foreign_record(b"text", kind="resource", content_type="text/plain"))

    assert (found.body(), found.url, found.response) == (b"text", PAGE, None)


def test_other_kinds_of_record_are_no_exchange(tmp_path: Path) -> None:
    assert (
        read(
            tmp_path, foreign_record(b"x", kind="warcinfo"), foreign_record(b"x", kind="conversion")
        )
        == []
    )


def test_a_file_is_called_what_the_caller_calls_it(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", foreign_record(http_response()))

    (found,) = read_exchanges(path, warc="2026/04/a.warc.gz")

    assert found.stored.warc == "2026/04/a.warc.gz"
    assert (found.stored.offset, found.stored.length) == (0, path.stat().st_size)


def test_an_exchange_is_found_again_where_it_is_stored(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        stored = store.add(make_exchange(b"one"), page_metadata()).stored
        store.add(make_exchange(b"two"), page_metadata())

    found = read_exchange(tmp_path, stored)

    assert (found.body(), found.stored) == (b"one", stored)
