"""An archive of which one statement is to be erased, and a search for its words in every byte."""

import gzip
import json
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from tests.conftest import Run
from tests.support.warc_files import foreign_record, http_response, write_warc

SITE = "https://quay.example"
ERASED, OTHER = "quay:c", "quay:a"
WORDS = "The harbour master Ilsabet Quorn was seen at the ninth pier before the ferry left"
EDIT = "The harbour master Ilsabet Quorn was seen at the tenth pier before the ferry left"
OTHER_WORDS = "The council thanks the crews who cleared the channel of ice"
NAME = b"Quorn"

_SOURCE = """
title = "Quay Council"
publisher = "Quay Council"
issuer = "Quay Council"
homepage = "https://quay.example/"
languages = ["en"]
licence = "invented"
kind = "statement"
delay_seconds = 0
pages = 'https://quay[.]example/statements/\\w+[.]html'

[[listings]]
way = "listing"
urls = ["https://quay.example/statements/"]
items = "li"
link = "a @href"
title = "a"

[[layouts]]
version = 1
reads = "html"
identity = { select = "@url", pattern = '/statements/(\\w+)[.]html' }
title = "article h1"
text = "article .body"
"""


def page(name: str, words: str) -> bytes:
    return (
        f"<html><head><title>{name}</title></head><body><article><h1>Notice {name}</h1>"
        f"<div class=body><p>{words}.</p></div></article></body></html>"
    ).encode()


def listing(*names: str) -> bytes:
    links = "".join(f'<li><a href="/statements/{n}.html">Notice {n}</a></li>' for n in names)
    return f"<html><body><ul>{links}</ul></body></html>".encode()


def record(url: str, body: bytes, day: int, number: int) -> bytes:
    return foreign_record(
        http_response(body),
        url=url,
        date=f"2024-03-{day:02}T10:00:00Z",
        record_id=f"urn:uuid:00000000-0000-4000-8000-{day * 1000 + number:012}",
    )


def write_visits(folder: Path) -> Path:
    """Write a WARC file with two visits; in the second, the statement was edited."""
    records = []
    for day, words in ((5, WORDS), (6, EDIT)):
        pages = {"a": OTHER_WORDS, "b": f"{OTHER_WORDS}, and their families", "c": words}
        records.append(record(f"{SITE}/statements/", listing(*pages), day, 0))
        for number, (name, text) in enumerate(pages.items(), 1):
            records.append(record(f"{SITE}/statements/{name}.html", page(name, text), day, number))
    return write_warc(folder / "visits.warc.gz", *records)


def fill(run: Run, archive: Path, visits: Path) -> None:
    """Make an archive with the statement and all that may have words of it beside the captures."""
    run("init")
    (archive / "sources" / "quay.toml").write_text(_SOURCE, encoding="utf-8")
    run("watch", "source", "quay")
    run("watch", "notify", f"jsonfeed:{archive / 'news.json'}")
    assert run("scrape", "quay", "--from", visits).exit_code == 0
    run("watch", "quote", WORDS)
    run("watch", "check")
    run("export", archive / "all.jsonl")
    warc = next(archive.rglob("*.warc.gz"))
    torn = gzip.compress(http_response(page("c", WORDS)))[:-12]
    warc.with_name("late.warc.gz.torn").write_bytes(torn)
    (archive / "received").mkdir(exist_ok=True)
    (archive / "received" / "one.warc.torn").write_bytes(page("c", WORDS))
    (archive / ".sealing-one").mkdir()
    (archive / ".sealing-one" / "clear").write_text(WORDS, encoding="utf-8")
    assert run("search", '"harbour master"').exit_code == 0


def files_with(archive: Path, word: bytes = NAME) -> list[str]:
    """Return the files of an archive in which `word` is, also in what is compressed there."""
    return [
        path.relative_to(archive).as_posix()
        for path in sorted(archive.rglob("*"))
        if path.is_file() and any(word in content for content in _contents(path))
    ]


def _contents(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    if ".gz" in path.name:
        yield from _members(data)
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as packed:
            yield from map(packed.read, packed.namelist())


def _members(data: bytes) -> Iterator[bytes]:
    """Yield each gzip member; of a cut one, what is there."""
    while data:
        inflater = zlib.decompressobj(31)
        try:
            yield inflater.decompress(data)
        except zlib.error:
            return
        data = inflater.unused_data


def ids(output: str) -> set[str]:
    """Return the statements in lines of JSON."""
    return {json.loads(line)["statement"] for line in output.splitlines()}
