"""T1: bytes on disk are the bytes received."""

from pathlib import Path

from archive.models import Role
from archive.warc.read_exchanges import read_exchanges
from scrapers.fetch.fetch_policy import FetchPolicy
from scrapers.fetch.http_client import NetworkFetcher
from tests.support.http_publisher import Publisher
from tests.support.whole_archives import Archive, list_warc_files

# Header lines that software often normalises: folded, oddly spaced, not ASCII.
IRREGULAR_RESPONSE = (
    b"HTTP/1.1 200 Fine\r\nContent-Type:   text/html\r\nX-Fold: one\r\n two\r\n"
    b"X-Name: caf\xe9\r\nContent-Length: 21\r\n\r\n<p>Release them.</p>\r\n"
)[:-1]


def test_a_stored_response_is_byte_for_byte_what_the_server_sent(tmp_path: Path) -> None:
    server = Publisher()
    server.pages["/one"] = IRREGULAR_RESPONSE
    policy = FetchPolicy(
        allowed_addresses=frozenset({("127.0.0.1", server.port)}), delay=0, obey_robots=False
    )

    with Archive(tmp_path / "archive") as archive:
        fetcher = NetworkFetcher(archive.store, policy)
        fetcher.fetch(server.url("/one"), source="ruritania", role=Role.PAGE)
        fetcher.close()

    (stored,) = (
        stored for path in list_warc_files(archive.home) for stored in read_exchanges(path)
    )
    assert stored.block == IRREGULAR_RESPONSE
    assert stored.payload == IRREGULAR_RESPONSE.partition(b"\r\n\r\n")[2]
