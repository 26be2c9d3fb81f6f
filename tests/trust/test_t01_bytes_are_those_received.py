"""T1: bytes on disk are the bytes received."""

from pathlib import Path

from archive.models import Role
from archive.warc.exchanges import read_exchanges
from scrapers.fetch.client import NetworkFetcher
from scrapers.fetch.policy import FetchPolicy
from tests.support.http_publisher import Publisher
from tests.support.whole_archives import Archive, warcs

# Header lines that software likes to tidy: folded, oddly spaced, not ASCII.
ODD = (
    b"HTTP/1.1 200 Fine\r\nContent-Type:   text/html\r\nX-Fold: one\r\n two\r\n"
    b"X-Name: caf\xe9\r\nContent-Length: 21\r\n\r\n<p>Release them.</p>\r\n"
)[:-1]


def test_a_stored_answer_is_byte_for_byte_what_the_server_sent(tmp_path: Path) -> None:
    server = Publisher()
    server.pages["/one"] = ODD
    manners = FetchPolicy(
        allowed_addresses=frozenset({("127.0.0.1", server.port)}), delay=0, obey_robots=False
    )

    with Archive(tmp_path / "archive") as archive:
        visit = NetworkFetcher(archive.store, manners)
        visit.fetch(server.url("/one"), source="ruritania", role=Role.PAGE)
        visit.close()

    (held,) = [one for path in warcs(archive.home) for one in read_exchanges(path)]
    assert held.block == ODD
    assert held.payload == ODD.partition(b"\r\n\r\n")[2]
