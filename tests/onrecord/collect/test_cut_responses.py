"""A response that ends too soon is no edit of its statement, whatever tool stored it."""

import gzip
import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.warc_files import foreign_record, write_warc

URL = "https://ministry.example/news/1"
PAGE = (
    b"<html><head><title>On the ferry</title></head><body><article><h1>On the ferry</h1>"
    b"<p>The ministry regrets the delay of the ferry to the outer islands this winter.</p>"
    b"<p>It handed over a note of protest to the owner of the ship on Tuesday morning.</p>"
    b"</article></body></html>"
)
CUT = PAGE[: PAGE.index(b"<p>It handed")]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIPPED = HEAD + b"Content-Encoding: gzip\r\n"


def versions_after(run: Run, folder: Path, block: bytes) -> tuple[list[str], list[str]]:
    """Return the texts after the whole page and then `block` were added, and the problems."""
    run("init")
    for number, (date, response) in enumerate(
        (("2024-01-10T10:00:00Z", HEAD + b"\r\n" + PAGE), ("2024-06-10T10:00:00Z", block))
    ):
        record = foreign_record(
            response,
            url=URL,
            date=date,
            record_id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        )
        file = write_warc(folder / f"{number}.warc.gz", record)
        added = run("add", URL, "--from", file, "--json")
    problems: list[str] = json.loads(added.stdout.splitlines()[-1])["problems"]
    exported = map(json.loads, run("export", "-").stdout.splitlines())
    return [version["text"] for version in exported], problems


@pytest.mark.parametrize(
    "block",
    [
        HEAD + b"Content-Length: %d\r\n\r\n" % len(PAGE) + CUT,
        CHUNKED + b"%x\r\n" % len(CUT) + CUT + b"\r\n",
        CHUNKED + b"%x\r\n" % len(PAGE) + CUT,
        GZIPPED + b"\r\n" + gzip.compress(PAGE)[:-60],
        GZIPPED + b"\r\n" + gzip.compress(CUT)[:-8] + bytes(8),
    ],
    ids=["length", "no last chunk", "within a chunk", "gzip", "gzip checksum"],
)
def test_what_is_cut_off_is_a_problem_and_no_edit(run: Run, tmp_path: Path, block: bytes) -> None:
    texts, problems = versions_after(run, tmp_path, block)

    assert len(texts) == 1
    assert "note of protest" in texts[0]
    assert "cut off" in problems[0]


@pytest.mark.parametrize(
    "block",
    [
        HEAD + b"Content-Length: %d\r\n\r\n" % len(CUT) + CUT,
        HEAD + b"Content-Length: 20\r\n\r\n" + CUT,  # stored decoded
        CHUNKED + CUT,  # stored without its chunks
        CHUNKED + b"%x\r\n" % len(CUT) + CUT + b"\r\n0\r\n\r\n",
        GZIPPED + b"Content-Length: 99999\r\n\r\n" + gzip.compress(CUT),
        GZIPPED + b"\r\n" + CUT,
    ],
)
def test_what_tools_store_otherwise_than_the_headers_say_is_read(
    run: Run, tmp_path: Path, block: bytes
) -> None:
    if block.startswith(HEAD + b"Content-Length: 20"):
        block = block.replace(b"Content-Length", b"Content-Encoding: gzip\r\nContent-Length")

    texts, _ = versions_after(run, tmp_path, block)

    assert len(texts) == 2
