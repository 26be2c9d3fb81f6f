import gzip
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha1
from itertools import count
from pathlib import Path

import pytest

from archive.errors import FixityError, FormatError, LimitError, StorageError
from archive.models import Capture, Outcome, Role
from archive.warc.read_exchanges import read_exchanges
from archive.warc.write.store import WarcStore
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.replay.replay_fetcher import ReplayedFiles, ReplayFetcher
from tests.support.warc_files import (
    foreign_record,
    http_response,
    make_exchange,
    name_by_size,
    open_store,
    page_metadata,
    write_warc,
)

FEED = "https://ministry.example/feed"
ONE = "https://ministry.example/statements/1"
TWO = "https://ministry.example/statements/2"
NUMBERS = count(1)
MORNING, EVENING = "2017-04-13T08:00:00Z", "2017-04-13T20:00:00Z"


def page_of(url: str, body: bytes = b"<p>Text</p>", date: str = MORNING, **more: str) -> bytes:
    number = f"urn:uuid:{next(NUMBERS)}"
    return foreign_record(
        http_response(body), url=url, date=date, record_id=more.pop("record_id", number), **more
    )


def is_page(url: str) -> bool:
    return "/statements/" in url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WarcStore]:
    with open_store(tmp_path / "warc") as opened:
        yield opened


Replay = Callable[..., ReplayedFiles]


@pytest.fixture
def replay(tmp_path: Path, store: WarcStore) -> Iterator[Replay]:
    opened: list[ReplayedFiles] = []

    def open_files(*records: bytes, **options: object) -> ReplayedFiles:
        path = write_warc(tmp_path / f"theirs{len(opened)}.warc.gz", *records)
        opened.append(ReplayedFiles([path], store, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_files
    for files in opened:
        files.close()


def visits(files: ReplayedFiles) -> list[ReplayFetcher]:
    return list(files.visits("ministry", [FEED], is_page))


def fetch(visit: ReplayFetcher, url: str) -> list[FetchedResponse]:
    return visit.fetch(url, source="ministry", role=Role.PAGE)


def stored_ids(folder: Path) -> list[str]:
    return [exchange.id for path in folder.rglob("*.warc.gz") for exchange in read_exchanges(path)]


def test_each_instant_is_a_visit_in_time_order(replay: Replay) -> None:
    files = replay(
        page_of(FEED, b"late", EVENING),
        page_of(ONE),
        page_of(FEED, b"early"),
    )

    first, second = visits(files)

    assert first.visited_at == datetime(2017, 4, 13, 8, tzinfo=UTC)
    assert [each.body for each in fetch(first, FEED)] == [b"early"]
    assert [each.body for each in fetch(second, FEED)] == [b"late"]
    assert list(first.iter_captured_pages(is_page)) == [ONE]
    assert list(second.iter_captured_pages(is_page)) == []


def test_what_is_not_of_the_source_makes_no_visit(replay: Replay) -> None:
    assert visits(replay(page_of("https://elsewhere.example/"))) == []


def test_two_captures_of_an_address_at_one_instant_are_two_visits(replay: Replay) -> None:
    files = replay(page_of(FEED, b"one"), page_of(FEED, b"two"), page_of(ONE))

    first, second = visits(files)

    assert first.visited_at == second.visited_at
    assert [fetch(visit, FEED)[0].body for visit in (first, second)] == [b"one", b"two"]
    assert list(first.iter_captured_pages(is_page)) == [ONE]


def test_an_answer_is_a_capture_with_its_own_date_and_says_where_it_came_from(
    replay: Replay,
) -> None:
    (visit,) = visits(replay(page_of(ONE, record_id="urn:uuid:theirs")))

    (response,) = fetch(visit, ONE)

    capture = response.capture
    assert (capture.id, capture.captured) == ("urn:uuid:theirs", visit.visited_at)
    assert (capture.outcome, capture.source, capture.role) == (Outcome.OK, "ministry", Role.PAGE)
    assert capture.taken_from == "theirs0.warc.gz"
    assert response.header("content-type") == "text/html; charset=utf-8"


def test_an_address_that_the_files_lack_is_not_held_and_nothing_is_stored(
    replay: Replay, tmp_path: Path, store: WarcStore
) -> None:
    first, _ = visits(replay(page_of(FEED), page_of(ONE, date=EVENING)))

    (response,) = fetch(first, ONE)

    assert (response.capture.outcome, response.body) == (Outcome.NOT_HELD, b"")
    assert response.capture.stored.length == 0
    assert stored_ids(tmp_path / "warc") == []


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://Ministry.Example/statements/1",
        "https://ministry.example:443/statements/1",
        f"{ONE}#part-2",
    ],
)
def test_addresses_are_compared_lightly(replay: Replay, url: str) -> None:
    (visit,) = visits(replay(page_of(ONE)))

    assert fetch(visit, url)[0].capture.outcome is Outcome.OK


@pytest.mark.parametrize(
    "url", [f"{ONE}/", f"{ONE}?", "http://ministry.example/statements/1", f"{ONE}?b=1&a=2"]
)
def test_addresses_that_may_differ_are_not_the_same(replay: Replay, url: str) -> None:
    (visit,) = visits(replay(page_of(ONE), page_of(f"{ONE}?a=2&b=1")))

    expected = Outcome.OK if url == f"{ONE}?" else Outcome.NOT_HELD
    assert fetch(visit, url)[0].capture.outcome is expected


def redirect(url: str, to: str, **more: str) -> bytes:
    block = f"HTTP/1.1 301 Moved\r\nLocation: {to}\r\n\r\n".encode()
    return foreign_record(block, url=url, date=MORNING, record_id=f"urn:uuid:{url}-{to}", **more)


def test_recorded_redirects_are_followed_hop_by_hop(replay: Replay) -> None:
    soon = "2017-04-13T08:00:09Z"
    first, *_ = visits(replay(redirect(ONE, "/statements/2"), page_of(TWO, b"moved", soon)))

    hops = fetch(first, ONE)

    assert [hop.capture.outcome for hop in hops] == [Outcome.REDIRECT, Outcome.OK]
    assert (hops[-1].body, hops[-1].capture.url) == (b"moved", TWO)


def test_a_redirect_to_a_much_later_capture_is_not_followed(replay: Replay) -> None:
    first, *_ = visits(replay(redirect(ONE, TWO), page_of(TWO, date=EVENING)))

    assert fetch(first, ONE)[-1].capture.outcome is Outcome.NOT_HELD


def test_circular_redirects_in_files_end(replay: Replay) -> None:
    first, *_ = visits(replay(redirect(ONE, TWO), redirect(TWO, ONE)))

    hops = fetch(first, ONE)

    assert hops[-1].capture.outcome is Outcome.NOT_HELD
    assert "redirects" in hops[-1].capture.note


def test_a_record_asked_for_twice_is_stored_once(
    replay: Replay, tmp_path: Path, store: WarcStore
) -> None:
    (visit,) = visits(replay(page_of(ONE)))

    assert fetch(visit, ONE) == fetch(visit, ONE)
    store.close()
    assert len(stored_ids(tmp_path / "warc")) == 1


def test_a_record_that_the_archive_holds_is_not_stored_again(
    replay: Replay, tmp_path: Path, store: WarcStore
) -> None:
    (visit,) = visits(replay(page_of(ONE, record_id="urn:uuid:again")))
    (before,) = fetch(visit, ONE)
    known = {before.capture.id: before.capture}

    (later,) = visits(replay(page_of(ONE, record_id="urn:uuid:again"), find_stored=known.get))

    assert fetch(later, ONE) == [before]
    store.close()
    assert len(stored_ids(tmp_path / "warc")) == 1


def test_the_same_id_with_another_body_is_an_error(replay: Replay) -> None:
    (visit,) = visits(replay(page_of(ONE, b"<p>True</p>", record_id="urn:uuid:same")))
    known: dict[str, Capture] = {"urn:uuid:same": fetch(visit, ONE)[0].capture}

    (forged,) = visits(
        replay(page_of(ONE, b"<p>False</p>", record_id="urn:uuid:same"), find_stored=known.get)
    )

    with pytest.raises(FixityError, match="urn:uuid:same"):
        fetch(forged, ONE)


def test_a_record_that_is_not_as_its_digest_says_is_not_taken_in(
    replay: Replay, tmp_path: Path, store: WarcStore
) -> None:
    stated = f"WARC-Block-Digest: sha1:{sha1(b'').hexdigest()}"  # noqa: S324
    wrong = foreign_record(http_response(), url=ONE, fields=[stated])
    files = replay(wrong)

    assert visits(files) == []
    ((refused,),) = files.lookup.refused.values()
    assert "digest" in refused.reason
    assert stored_ids(tmp_path / "warc") == []


def revisit(*fields: str, status: int = 200, record_id: str = "urn:uuid:re") -> bytes:
    block = b"HTTP/1.1 %d OK\r\nContent-Type: text/html\r\n\r\n" % status
    return foreign_record(
        block, kind="revisit", url=ONE, date=EVENING, record_id=record_id, fields=fields
    )


@pytest.mark.parametrize(
    "fields",
    [
        ("WARC-Refers-To: <urn:uuid:first>",),
        (f"WARC-Refers-To-Target-URI: {ONE}", f"WARC-Refers-To-Date: {MORNING}"),
        ("WARC-Payload-Digest: sha1:SAME",),
    ],
)
def test_a_revisit_is_answered_with_the_payload_that_it_names(
    replay: Replay, store: WarcStore, fields: tuple[str, ...]
) -> None:
    original = page_of(
        ONE,
        b"<p>Same</p>",
        record_id="urn:uuid:first",
        fields=["WARC-Payload-Digest: sha1:SAME"],  # type: ignore[arg-type]
    )
    _, second = visits(replay(original, revisit(*fields)))

    (response,) = fetch(second, ONE)

    assert response.body == b"<p>Same</p>"
    assert response.capture.id == "urn:uuid:re"
    assert response.capture.outcome is Outcome.OK
    assert response.capture.payload_sha256
    store.close()
    exchanges_by_id = {
        each.id: each for path in store.folder.rglob("*.gz") for each in read_exchanges(path)
    }
    metadata = exchanges_by_id["urn:uuid:re"].metadata
    assert metadata
    assert exchanges_by_id[metadata.original].body() == b"<p>Same</p>"


def test_a_revisit_of_what_the_files_lack_is_not_held(replay: Replay) -> None:
    (visit,) = visits(replay(revisit("WARC-Refers-To: <urn:uuid:elsewhere>")))

    assert fetch(visit, ONE)[0].capture.outcome is Outcome.NOT_HELD


def test_a_revisit_of_itself_is_not_held(replay: Replay) -> None:
    (visit,) = visits(replay(revisit("WARC-Refers-To: <urn:uuid:re>")))

    assert fetch(visit, ONE)[0].capture.outcome is Outcome.NOT_HELD


def test_a_recorded_304_is_unchanged(replay: Replay) -> None:
    (visit,) = visits(replay(revisit(status=304)))

    assert fetch(visit, ONE)[0].capture.outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("block", "fields", "outcome"),
    [
        (http_response(status=404), (), Outcome.GONE),
        (http_response(status=503), (), Outcome.SERVER_ERROR),
        (http_response(b""), (), Outcome.SUSPECT),
        (http_response(), ("WARC-Truncated: length",), Outcome.TOO_LARGE),
        (http_response(), ("WARC-Truncated: time",), Outcome.NETWORK_ERROR),
        (
            http_response(gzip.compress(bytes(60 << 20)), b"Content-Encoding: gzip"),
            (),
            Outcome.TOO_LARGE,
        ),
        (http_response(b"x", b"Content-Encoding: compress"), (), Outcome.SUSPECT),
        (b"SSH-2.0-x\r\n", (), Outcome.NETWORK_ERROR),
    ],
    ids=name_by_size,
)
def test_outcomes_are_those_of_the_network(
    replay: Replay, block: bytes, fields: tuple[str, ...], outcome: Outcome
) -> None:
    (visit,) = visits(replay(foreign_record(block, url=ONE, fields=fields)))

    assert fetch(visit, ONE)[0].capture.outcome is outcome


def test_a_resource_is_its_own_body(replay: Replay) -> None:
    (visit,) = visits(
        replay(foreign_record(b"text", kind="resource", url=ONE, content_type="text/plain"))
    )

    (response,) = fetch(visit, ONE)

    assert (response.body, response.capture.outcome) == (b"text", Outcome.OK)
    assert response.capture.media_type == "text/plain"


def test_our_own_captures_and_failures_replay_as_they_were(
    tmp_path: Path, store: WarcStore
) -> None:
    with open_store(tmp_path / "other") as other:
        page = other.add(make_exchange(b"<p>Hello.</p>", url=ONE), page_metadata())
        when = datetime(2026, 4, 14, tzinfo=UTC)
        failed = other.add_failure(
            TWO, when, page_metadata(Outcome.NETWORK_ERROR, note="no such host")
        )

    with ReplayedFiles([tmp_path / "other"], store) as files:
        first, second = visits(files)
        assert fetch(first, ONE)[0].capture.id == page.id
        (response,) = fetch(second, TWO)

    assert response.capture.id == failed.id
    assert (response.capture.outcome, response.capture.note) == (failed.outcome, "no such host")


def test_files_gzipped_as_a_whole_plain_files_and_packages_are_replayed(
    tmp_path: Path, store: WarcStore
) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "a.warc.gz").write_bytes(gzip.compress(page_of(ONE, b"a") + page_of(TWO, b"b")))
    write_warc(folder / "b.warc", page_of(ONE, b"c", EVENING), members=False)
    with zipfile.ZipFile(folder / "c.wacz", "w") as package:
        package.writestr("datapackage.json", "{}")
        package.writestr("archive/../../evil.warc.gz", gzip.compress(page_of(TWO, b"d", EVENING)))
    (folder / "notes.txt").write_text("not a WARC")

    with ReplayedFiles([folder], store) as files:
        first, second = visits(files)
        bodies = [fetch(visit, url)[0].body for visit in (first, second) for url in (ONE, TWO)]
        origin = fetch(second, TWO)[0].capture.taken_from

    assert bodies == [b"a", b"b", b"c", b"d"]
    assert origin == "c.wacz/archive/../../evil.warc.gz", "a name, never a place to write to"
    assert not list(tmp_path.rglob("evil*"))


def empty_package(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("datapackage.json", "{}")


def bomb_package(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/a.warc", foreign_record(bytes(30_000_000)))


@pytest.mark.parametrize(
    ("make", "error", "problem"),
    [
        (lambda path: path.write_bytes(b""), FormatError, "found an empty one"),
        (lambda path: path.write_bytes(b"<html>"), FormatError, "expected a WARC record"),
        (lambda path: path.write_bytes(b"\n\n"), FormatError, "found none"),
        (
            lambda path: path.write_bytes(gzip.compress(page_of(ONE))[:80]),
            FormatError,
            "middle of",
        ),
        (lambda path: path.write_bytes(b"PK\x03\x04garbage"), FormatError, "WACZ package"),
        (empty_package, FormatError, "archive/*.warc.gz"),
        (bomb_package, LimitError, "found more"),
        (lambda path: path.mkdir(), FormatError, "expected WARC or WACZ files, found none"),
        (lambda path: None, StorageError, "No such file"),
        (
            lambda path: path.write_bytes(
                gzip.compress(foreign_record(bytes(90_000_000), record_id="x"))
            ),
            LimitError,
            "100 times its size",
        ),
    ],
)
def test_a_file_that_cannot_be_replayed_is_one_clear_line(
    tmp_path: Path,
    store: WarcStore,
    make: Callable[[Path], object],
    error: type[Exception],
    problem: str,
) -> None:
    path = tmp_path / "theirs.warc.gz"
    make(path)

    with pytest.raises(error) as raised:
        ReplayedFiles([path], store)

    assert problem in str(raised.value)
    assert "theirs" in str(raised.value)
    assert "\n" not in str(raised.value)
