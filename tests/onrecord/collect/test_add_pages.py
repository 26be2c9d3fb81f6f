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


NAVIGATION = '<div><a href="/">Home</a> <a href="/n">News</a> <a href="/b">Boards</a></div>'


def page(body: str) -> bytes:
    return f"<html lang=en><head><title>On the harvest</title></head><body>{body}</body>".encode()


def test_a_menu_is_no_part_of_a_statement(run: Run, tmp_path: Path) -> None:
    add(run, tmp_path, page(f"{NAVIGATION}<div>We regret the delay.</div>"), "text/html")

    assert texts(run) == ["We regret the delay."]


def test_a_page_that_is_a_frame_is_unread_and_names_the_frame(run: Run, tmp_path: Path) -> None:
    body = page(f'{NAVIGATION}<iframe src="/docs/statement.html"></iframe>')

    summary = add(run, tmp_path, body, "text/html")

    assert (summary["statements"], summary["unread"]) == (0, 1)
    assert "/docs/statement.html" in summary["problems"][0]


@pytest.mark.parametrize("label", ["More", "Comments", "Also", "Share"])
def test_a_label_that_begins_a_sentence_is_part_of_it(run: Run, tmp_path: Path, label: str) -> None:
    words = f"{label}: ten carts of barley were found in the yard of the customs house."
    body = PAGE.replace("</article>", f"<p>{words}</p></article>")

    add(run, tmp_path, body.encode(), "text/html")

    assert words in texts(run)[0].split("\n")


def test_a_caption_that_quotes_somebody_is_read(run: Run, tmp_path: Path) -> None:
    caption = "The minister said: “We shall not leave a single field unsown this year.”"
    figure = f"<figure><img src=x.jpg><figcaption>{caption}</figcaption></figure>"

    add(run, tmp_path, PAGE.replace("<p>It", f"{figure}<p>It").encode(), "text/html")

    assert caption in texts(run)[0].split("\n")


PROSE = "".join(f"<p>Sentence {n} of the report is long enough to be prose.</p>" for n in range(40))


def test_the_whole_text_is_read_where_most_is_in_a_table(run: Run, tmp_path: Path) -> None:
    body = page(f"<article><p>{FIRST}</p></article><table><tr><td>{PROSE}</table>")

    assert add(run, tmp_path, body, "text/html")["problems"] == []
    assert "Sentence 39 of the report" in texts(run)[0]


def test_a_page_of_which_little_was_read_is_a_problem_beside_it(run: Run, tmp_path: Path) -> None:
    article = f"<article><p>{FIRST * 5}</p><p>{FIRST}</p></article>"

    summary = add(run, tmp_path, page(f"{article}<div class=related>{PROSE}</div>"), "text/html")

    assert (summary["statements"], summary["unread"]) == (1, 0)
    assert "text: expected at least 20% of the page's" in summary["problems"][0]
