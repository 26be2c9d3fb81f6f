"""A WARC file as another tool wrote it: invented pages of a source, others, what is no page."""

import base64
import hashlib
from pathlib import Path

from tests.support.warc_files import foreign_record, http_response, write_warc

SOURCE = """
title = "Cinna"
publisher = "Cinna"
issuer = "Cinna"
homepage = "https://cinna.example/"
languages = ["en"]
licence = "invented"
kind = "statement"
pages = 'https://cinna.example/news/\\d+'

[[listings]]
way = "listing"
urls = ["https://cinna.example/list"]
items = "li"
link = "a @href"
title = "a"

[[layouts]]
version = 1
reads = "html"
identity = "article .ref"
title = "article h1"
text = "article .body"
"""
_WORDS = "The ministry regrets the delay of the ferry to the islands and thanks all who waited."


def news(number: int, edition: int = 0) -> bytes:
    """Return a page of the source; its fourth one is not as the source expects."""
    body = "body" if number % 5 != 3 else "words"
    return (
        f"<html><head><title>News</title></head><body><article><p class=ref>C/{number}</p>"
        f"<h1>Ferry {number}</h1><div class={body}>{_WORDS} Pier {number}, {edition}.</div>"
        "</article></body></html>"
    ).encode()


def listing(*numbers: int) -> bytes:
    links = "".join(f'<li><a href="/news/{n}">News {n}</a></li>' for n in numbers)
    return f"<html><body><ul>{links}</ul></body></html>".encode()


def other_page(number: int) -> bytes:
    return (
        f"<html><head><title>Pier {number}</title></head><body><h1>Pier {number}</h1>"
        f"<p>{_WORDS} That is what pier {number} says.</p></body></html>"
    ).encode()


def write_pages(path: Path, count: int = 12) -> Path:
    """Write a file with `count` pages of the source, twice each, and as many others among them."""
    records: list[bytes] = []

    def add(url: str, block: bytes, day: int, *, number: int = 0, **options: object) -> None:
        records.append(
            foreign_record(
                block,
                url=url,
                date=f"2024-03-{day:02}T10:{len(records) % 60:02}:00Z",
                record_id=f"urn:uuid:00000000-0000-4000-8000-{number or len(records) + 1:012}",
                **options,  # type: ignore[arg-type]
            )
        )

    for number in range(count):
        add(f"https://cinna.example/news/{number}", http_response(news(number)), 4)
        add(f"https://pier{number}.example/", http_response(other_page(number)), 4)
    add("https://cinna.example/list", http_response(listing(0, 1, 91)), 4)
    add("https://cinna.example/logo", http_response(b"GIF89a"), 4)
    add("https://cinna.example/news/90", http_response(b"<p>No.</p>", status=404), 4)
    add("https://cinna.example/old", http_response(b"", b"Location: /news/1", status=301), 4)
    add("https://cinna.example/late", http_response(other_page(1)), 5, number=1)  # an id of before
    digest = base64.b32encode(hashlib.sha1(news(0), usedforsecurity=False).digest()).decode()
    for number in range(count):
        add(f"https://cinna.example/news/{number}", http_response(news(number, number % 3)), 5)
        if number % 4 == 0:
            add(
                "https://cinna.example/news/0",
                http_response(b""),
                6 + number,
                kind="revisit",
                fields=[
                    f"WARC-Payload-Digest: sha1:{digest}",
                    "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
                ],
            )
    return write_warc(path, *records)
