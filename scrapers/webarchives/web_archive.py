"""Other web archives: where each says what it holds, and what its answers are copies of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from archive.errors import ArchiveFolderError, FormatError
from archive.models import Memento
from archive.urls.memento import timestamp14
from scrapers.url_key import url_key
from scrapers.webarchives.timemap import parse_links

REQUEST_INTERVAL = 2.5  # seconds between two requests to an archive: 24 a minute
_COPY_PATH = re.compile(r"(\d{14})(?:[a-z]{2}_)?/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebArchive:
    """An archive that answers as Wayback does: its replay, and a CDX server or TimeMaps."""

    name: str  # as the user calls it
    replay: str  # what the addresses of its copies begin with, up to the 14 digits
    cdx: str = ""  # address of its CDX server
    timemap: str = ""  # what the addresses of its TimeMaps begin with, up to the page's address

    @property
    def host(self) -> str:
        return urlsplit(self.replay).hostname or ""

    def raw_copy_url(self, when: datetime, url: str) -> str:
        """Return the address of the copy of `url` as it was received, without the toolbar."""
        return f"{self.replay}{timestamp14(when)}id_/{url}"

    def parse_copy_url(self, copy_url: str) -> tuple[datetime, str] | None:
        """Return of when and of what a copy at `address` is, going by the address alone."""
        match = _COPY_PATH.fullmatch(copy_url.removeprefix(self.replay))
        if not copy_url.startswith(self.replay) or match is None:
            return None
        try:
            when = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None
        return when, match[2]

    def parse_memento(self, copy_url: str, headers: Sequence[tuple[str, str]]) -> Memento | None:
        """Return what an answer says that it is a copy of (RFC 7089, 2.1); None where it is none.

        The date is the header's: an address may ask for any. What it is a copy of is what the
        Link header says, and where that is silent, the address.
        """
        fields = {name.lower(): value for name, value in headers}
        try:
            archived = parsedate_to_datetime(fields.get("memento-datetime", ""))
        except ValueError:
            return None
        archived = archived if archived.tzinfo else archived.replace(tzinfo=UTC)
        from_url = self.parse_copy_url(copy_url)
        original = _original_url(fields.get("link", "")) or (from_url[1] if from_url else "")
        if from_url and url_key(from_url[1]) == url_key(original):
            original = from_url[1]  # the same page; as it was asked for
        if not original:
            return None
        return Memento(original=original, archived=archived.astimezone(UTC), archive=self.host)


def _original_url(header: str) -> str:
    """Return what a Link header calls the original; "" where it is silent or cannot be read."""
    try:
        return next((link.target for link in parse_links(header) if "original" in link.rel), "")
    except FormatError:
        return ""


WAYBACK = WebArchive(
    name="wayback",
    replay="https://web.archive.org/web/",
    cdx="https://web.archive.org/cdx/search/cdx",
)


def load_web_archives(tables: Mapping[str, object]) -> dict[str, WebArchive]:
    """Return the archives that settings name, the Wayback Machine among them.

    HomeError where one lacks what it needs, or says what nobody asked.
    """
    archives = {WAYBACK.name: WAYBACK}
    known_keys = {field.name for field in fields(WebArchive)} - {"name"}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ArchiveFolderError(f"archives.{name}: expected a table, found {table!r}")
        for key, value in table.items():
            if key not in known_keys:
                raise ArchiveFolderError(
                    f"archives.{name}: no such key: {key} (known: {sorted(known_keys)})"
                )
            if urlsplit(str(value)).scheme not in {"http", "https"}:
                raise ArchiveFolderError(
                    f"archives.{name}.{key}: expected a web address, found {value!r}"
                )
        if not table.get("replay") or not (table.get("cdx") or table.get("timemap")):
            raise ArchiveFolderError(f"archives.{name}: expected replay, and cdx or timemap")
        archives[name] = WebArchive(name=name, **table)
    return archives
