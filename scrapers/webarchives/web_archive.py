"""Other web archives: URLs of their captures, CDX servers and TimeMaps; Memento headers."""

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
    """An archive with Wayback's URLs for captures, and a CDX server or TimeMaps."""

    name: str  # its key in the settings
    replay: str  # prefix of the URLs of its captures, up to the 14 digits
    cdx: str = ""  # URL of its CDX server
    timemap: str = ""  # prefix of the URLs of its TimeMaps, up to the page's URL

    @property
    def host(self) -> str:
        return urlsplit(self.replay).hostname or ""

    def raw_copy_url(self, when: datetime, url: str) -> str:
        """Return the URL of the capture of `url`, as received by the archive (id_), no toolbar."""
        return f"{self.replay}{timestamp14(when)}id_/{url}"

    def parse_copy_url(self, copy_url: str) -> tuple[datetime, str] | None:
        """Return the date and original URL in the URL of a capture; None for other URLs."""
        match = _COPY_PATH.fullmatch(copy_url.removeprefix(self.replay))
        if not copy_url.startswith(self.replay) or match is None:
            return None
        try:
            when = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None
        return when, match[2]

    def parse_memento(self, copy_url: str, headers: Sequence[tuple[str, str]]) -> Memento | None:
        """Return the memento that response headers declare (RFC 7089, 2.1); None for none.

        The date is that of Memento-Datetime: a URL may ask for any. The original URL is that of the
        Link header, else that in `copy_url`.
        """
        fields = {name.lower(): value for name, value in headers}
        try:
            archived = parsedate_to_datetime(fields.get("memento-datetime", ""))
            archived = archived if archived.tzinfo else archived.replace(tzinfo=UTC)
            archived = archived.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        from_url = self.parse_copy_url(copy_url)
        original = _original_url(fields.get("link", "")) or (from_url[1] if from_url else "")
        if from_url and url_key(from_url[1]) == url_key(original):
            original = from_url[1]  # the same page, as spelled in the request
        if not original:
            return None
        return Memento(original=original, archived=archived, archive=self.host)


def _original_url(header: str) -> str:
    """Return the rel=original of a Link header; "" where it has none or is invalid."""
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
    """Return the archives in the settings, and the Wayback Machine, by name.

    ArchiveFolderError where a required key is missing, or a key is unknown.
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
