"""What `add` makes of a page: it is read, or a problem says why it is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.warc_files import foreign_record, write_warc

URL = "https://min.example/news/1"
FIRST = "The ministry regrets the delay in the delivery of seed to the northern valleys."
PAGE = (
    "<!DOCTYPE html><html><head><title>On the harvest</title></head><body><article>"
    f"<h1>On the harvest</h1><p>{FIRST}</p><p>It will report again before the month ends.</p>"
    "</article></body></html>"
)


def add(run: Run, folder: Path, body: bytes, content_type: str) -> dict[str, Any]:
    """Add a page of `body` from a WARC file; return the summary of the run."""
    run("init")
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
    head += f"Content-Type: {content_type}\r\n" if content_type else ""
    record = foreign_record(head.encode() + b"\r\n" + body, url=URL)
    result = run("add", URL, "--from", write_warc(folder / "page.warc.gz", record), "--json")
    summary: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return summary


def texts(run: Run) -> list[str]:
    return [json.loads(line)["text"] for line in run("export", "-").stdout.splitlines()]


@pytest.mark.parametrize(
    ("body", "content_type", "media_type"),
    [
        (b"%PDF-1.7 x", "application/pdf", "application/pdf"),
        (b"junk\n%PDF-1.7 x", "text/html", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", "application/pdf", "application/msword"),
        (b"\x00\x01\x02", "", "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\nx", "image/png", "image/png"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"User-agent: *\nDisallow: /\nAllow: /a\n", "text/plain", "text/plain"),
    ],
)
def test_what_cannot_be_read_yet_is_a_problem_and_counts_as_unread(
    run: Run, tmp_path: Path, body: bytes, content_type: str, media_type: str
) -> None:
    summary = add(run, tmp_path, body, content_type)

    assert (summary["statements"], summary["unread"]) == (0, 1)
    assert f"cannot be read yet: {media_type}" in summary["problems"][0]
    statuses = [json.loads(line) for line in run("status", "--json").stdout.splitlines()]
    assert sum(status.get("unread", 0) for status in statuses) == 1


@pytest.mark.parametrize(
    "content_type", ["", "application/octet-stream", "text/html", "text/plain"]
)
def test_a_page_is_read_whatever_its_server_calls_it(
    run: Run, tmp_path: Path, content_type: str
) -> None:
    summary = add(run, tmp_path, PAGE.encode(), content_type)

    assert (summary["statements"], summary["unread"], summary["problems"]) == (1, 0, [])
    assert texts(run)[0].startswith(FIRST)


def test_plain_text_is_read_and_searched(run: Run, tmp_path: Path) -> None:
    body = f"On the harvest\n\n{FIRST}\nIt regrets 3 < 4.\n".encode()

    assert add(run, tmp_path, body, "text/plain; charset=utf-8")["statements"] == 1
    assert texts(run) == [f"{FIRST} It regrets 3 < 4."]
    assert FIRST in run("search", f'"{FIRST}"').stdout.replace("\n", " ")
