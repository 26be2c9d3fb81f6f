"""WARC files of invented pages, as another tool would have captured them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from tests.support.warc_files import foreign_record, http_response, write_warc


@dataclass(frozen=True, slots=True)
class Page:
    """One captured page; `location` is sent as UTF-8."""

    url: str
    markup: str
    captured: str = "2024-03-05T09:30:00Z"
    status: int = 200
    location: str = ""
    headers: Mapping[str, str] | None = None


def write_pages(folder: Path, *pages: Page, name: str = "pages.warc.gz") -> Path:
    """Write a WARC file of `pages`; a page of one address and instant always has one record id."""
    return write_warc(folder / name, *map(_record, pages))


def _record(page: Page) -> bytes:
    headers = {**(page.headers or {}), **({"Location": page.location} if page.location else {})}
    lines = [f"{name}: {value}".encode() for name, value in headers.items()]
    return foreign_record(
        http_response(page.markup.encode(), *lines, status=page.status),
        url=page.url,
        date=page.captured,
        record_id=f"urn:uuid:{uuid5(NAMESPACE_URL, page.captured + page.url)}",
    )
