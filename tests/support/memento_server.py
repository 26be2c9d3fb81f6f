"""Another web archive on 127.0.0.1: it answers from WARC files as Wayback does."""

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from archive.urls.memento import timestamp14
from archive.warc.http_message import parse_response
from archive.warc.record_reader import read_records
from scrapers.webarchives.web_archive import WebArchive
from tests.support.http_publisher import NOT_THERE, Publisher, Reply
from tests.support.warc_files import foreign_record, http_response, write_warc

_COPY = re.compile(r"/web/(\d{14})id_/(.+)")


def crawled(path: Path, *pages: tuple[str, str, bytes]) -> Path:
    """Write a WARC file of (day and time, address, whole answer) as another's crawler would."""
    made = [
        foreign_record(
            block, url=url, date=when, record_id=f"urn:uuid:00000000-0000-4000-8000-{n:012d}"
        )
        for n, (when, url, block) in enumerate(pages)
    ]
    return write_warc(path, *made)


class OtherArchive(Publisher):
    """Lists (CDX in pages, TimeMaps in parts) and gives (raw) what its WARC files hold."""

    def __init__(self, *files: Path, page: int = 2) -> None:
        self.captures: list[tuple[datetime, str, bytes]] = [
            (each.header.date, each.header.url, each.block)
            for path in files
            for each in read_records(path)
        ]
        self.page = page
        self.lost: set[str] = set()  # 14 digits of copies that it lists and does not have
        self.elsewhere: dict[str, str] = {}  # 14 digits asked for → those it has instead
        self.trouble: dict[str, list[bytes]] = {}  # what it answers first at a place, once each
        super().__init__()

    @property
    def as_set(self) -> WebArchive:
        return WebArchive(name="other", replay=self.url("/web/"), cdx=self.url("/cdx"))

    @property
    def by_timemaps(self) -> WebArchive:
        return WebArchive(name="other", replay=self.url("/web/"), timemap=self.url("/timemap/"))

    def _reply(self, path: str) -> Reply:
        place = "/cdx" if path.startswith("/cdx") else path
        if self.trouble.get(place):
            return self.trouble[place].pop(0)
        if path.startswith("/cdx?"):
            return self._cdx(parse_qs(urlsplit(path).query))
        if path.startswith("/timemap/"):
            return self._timemap(path.removeprefix("/timemap/"))
        found = _COPY.fullmatch(path)
        return self._copy(found[1], unquote(found[2])) if found else NOT_THERE

    def _cdx(self, asked: dict[str, list[str]]) -> Reply:
        first, last = asked.get("from", ["0"])[0], asked.get("to", ["9"])[0] + "999999"
        rows = [
            (stamp, url)
            for when, url, _ in sorted(self.captures, key=lambda each: each[:2])
            if first <= (stamp := timestamp14(when)) <= last and _asked(url, asked)
        ]
        start = int(asked.get("resumeKey", ["0"])[0])
        some = rows[start : start + self.page]
        fields = asked["fl"][0].split(",")
        said: list[list[str]] = [
            [{"timestamp": stamp, "original": url}.get(name, "-") for name in fields]
            for stamp, url in some
        ]
        table = [fields, *said] if said else []
        if start + self.page < len(rows):
            table += [[], [str(start + self.page)]]
        return http_response(json.dumps(table).encode(), b"X-Kind: cdx")

    def _timemap(self, rest: str) -> Reply:
        number, _, url = rest.partition("/") if rest[:1].isdigit() else ("0", "", rest)
        held = sorted((when, of) for when, of, _ in self.captures if of == url)
        start = int(number)
        lines = [f'<{url}>; rel="original"', f'<{self.url("/timemap/" + rest)}>; rel="self"']
        lines += [
            f'<{self.url(f"/web/{timestamp14(when)}/{of}")}>; rel="memento"; '
            f'datetime="{_http(when)}"'
            for when, of in held[start : start + self.page]
        ]
        if start + self.page < len(held):
            lines.append(f'</timemap/{start + self.page}/{url}>; rel="timemap"')
        return http_response(",\n".join(lines).encode()) if held else NOT_THERE

    def _copy(self, stamp: str, url: str) -> Reply:
        if stamp in self.elsewhere:
            there = f"Location: /web/{self.elsewhere[stamp]}id_/{url}".encode()
            return http_response(b"", there, status=302)
        for when, of, block in self.captures:
            if timestamp14(when) == stamp and of == url and stamp not in self.lost:
                response = parse_response(block)
                link = f'Link: <{url}>; rel="original", <{self.url("/web/" + url)}>; rel="timegate"'
                date = f"Memento-Datetime: {_http(when)}"
                body = block[response.payload_start :]
                return http_response(body, link.encode(), date.encode(), status=response.status)
        return NOT_THERE


def _asked(url: str, asked: dict[str, list[str]]) -> bool:
    wanted, own = asked["url"][0].partition("://"), url.partition("://")[2]
    bare = wanted[2] or wanted[0]
    return own.startswith(bare) if asked.get("matchType") == ["prefix"] else own == bare


def _http(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC), usegmt=True)


@contextlib.contextmanager
def holding(*files: Path, page: int = 2) -> Iterator[OtherArchive]:
    archive = OtherArchive(*files, page=page)
    try:
        yield archive
    finally:
        archive.close()


def copies(archive: OtherArchive) -> list[str]:
    """Return the dates of the copies that were asked for, in order."""
    return [found[1] for path in archive.paths if (found := _COPY.fullmatch(path))]


def listings(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if path.startswith(("/cdx", "/timemap"))]
