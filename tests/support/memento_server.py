"""A web archive on 127.0.0.1 that serves WARC files as Wayback does."""

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from archive.urls.memento import timestamp14
from archive.warc.parse_http import parse_response
from archive.warc.record_reader import read_records
from scrapers.webarchives.web_archive import WebArchive
from tests.support.http_publisher import NOT_FOUND, Publisher, Reply
from tests.support.warc_files import foreign_record, http_response, write_warc

_CAPTURE_PATH = re.compile(r"/web/(\d{14})id_/(.+)")


def write_crawl(path: Path, *pages: tuple[str, str, bytes]) -> Path:
    """Write a WARC file of (date, URL, response), as another crawler would."""
    records = [
        foreign_record(
            block, url=url, date=when, record_id=f"urn:uuid:00000000-0000-4000-8000-{n:012d}"
        )
        for n, (when, url, block) in enumerate(pages)
    ]
    return write_warc(path, *records)


class MementoServer(Publisher):
    """Lists the captures in WARC files (CDX in pages, TimeMaps in parts) and serves them raw."""

    def __init__(self, *files: Path, page: int = 2) -> None:
        self.captures: list[tuple[datetime, str, bytes]] = [
            (record.header.date, record.header.url, record.block)
            for path in files
            for record in read_records(path)
        ]
        self.page = page
        self.lost: set[str] = set()  # 14 digits of captures that it lists and lacks
        self.elsewhere: dict[str, str] = {}  # requested 14 digits → those it redirects to
        self.trouble: dict[str, list[bytes]] = {}  # path → replies sent first, once each
        super().__init__()

    @property
    def as_set(self) -> WebArchive:
        return WebArchive(name="other", replay=self.url("/web/"), cdx=self.url("/cdx"))

    @property
    def by_timemaps(self) -> WebArchive:
        return WebArchive(name="other", replay=self.url("/web/"), timemap=self.url("/timemap/"))

    def _reply(self, path: str) -> Reply:
        path_key = "/cdx" if path.startswith("/cdx") else path
        if self.trouble.get(path_key):
            return self.trouble[path_key].pop(0)
        if path.startswith("/cdx?"):
            return self._cdx(parse_qs(urlsplit(path).query))
        if path.startswith("/timemap/"):
            return self._timemap(path.removeprefix("/timemap/"))
        match = _CAPTURE_PATH.fullmatch(path)
        return self._copy(match[1], unquote(match[2])) if match else NOT_FOUND

    def _cdx(self, parameters: dict[str, list[str]]) -> Reply:
        first, last = parameters.get("from", ["0"])[0], parameters.get("to", ["9"])[0] + "999999"
        rows = [
            (stamp, url)
            for when, url, _ in sorted(self.captures, key=lambda capture: capture[:2])
            if first <= (stamp := timestamp14(when)) <= last and _is_listed(url, parameters)
        ]
        start = int(parameters.get("resumeKey", ["0"])[0])
        page_rows = rows[start : start + self.page]
        fields = parameters["fl"][0].split(",")
        table_rows: list[list[str]] = [
            [{"timestamp": stamp, "original": url}.get(name, "-") for name in fields]
            for stamp, url in page_rows
        ]
        table = [fields, *table_rows] if table_rows else []
        if start + self.page < len(rows):
            table += [[], [str(start + self.page)]]
        return http_response(json.dumps(table).encode(), b"X-Kind: cdx")

    def _timemap(self, rest: str) -> Reply:
        number, _, url = rest.partition("/") if rest[:1].isdigit() else ("0", "", rest)
        mementos = sorted(
            (when, original) for when, original, _ in self.captures if original == url
        )
        start = int(number)
        lines = [f'<{url}>; rel="original"', f'<{self.url("/timemap/" + rest)}>; rel="self"']
        lines += [
            f'<{self.url(f"/web/{timestamp14(when)}/{original}")}>; rel="memento"; '
            f'datetime="{_http_date(when)}"'
            for when, original in mementos[start : start + self.page]
        ]
        if start + self.page < len(mementos):
            lines.append(f'</timemap/{start + self.page}/{url}>; rel="timemap"')
        return http_response(",\n".join(lines).encode()) if mementos else NOT_FOUND

    def _copy(self, stamp: str, url: str) -> Reply:
        if stamp in self.elsewhere:
            location = f"Location: /web/{self.elsewhere[stamp]}id_/{url}".encode()
            return http_response(b"", location, status=302)
        for when, original, block in self.captures:
            if timestamp14(when) == stamp and original == url and stamp not in self.lost:
                response = parse_response(block)
                link = f'Link: <{url}>; rel="original", <{self.url("/web/" + url)}>; rel="timegate"'
                date = f"Memento-Datetime: {_http_date(when)}"
                body = block[response.payload_start :]
                return http_response(body, link.encode(), date.encode(), status=response.status)
        return NOT_FOUND


def _is_listed(url: str, parameters: dict[str, list[str]]) -> bool:
    parts, rest = parameters["url"][0].partition("://"), url.partition("://")[2]
    prefix = parts[2] or parts[0]
    return rest.startswith(prefix) if parameters.get("matchType") == ["prefix"] else rest == prefix


def _http_date(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC), usegmt=True)


@contextlib.contextmanager
def serve_mementos(*files: Path, page: int = 2) -> Iterator[MementoServer]:
    archive = MementoServer(*files, page=page)
    try:
        yield archive
    finally:
        archive.close()


def requested_captures(archive: MementoServer) -> list[str]:
    """Return the dates of the requested captures, in order."""
    return [match[1] for path in archive.paths if (match := _CAPTURE_PATH.fullmatch(path))]


def listing_requests(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if path.startswith(("/cdx", "/timemap"))]
