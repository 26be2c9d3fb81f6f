"""Query a CDX server for a web archive's captures: Wayback's tables, and pywb's lines of JSON.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from archive.errors import FormatError

PAGE_SIZE = 3000  # captures per query
_FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest", "length")
_PYWB_FIELDS = {"url": "original", "mime": "mimetype", "status": "statuscode"}  # pywb's names


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveScope:
    """One URL to look up; with `prefix`, all URLs that begin with it."""

    url: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class CdxLine:
    """One capture in an archive."""

    captured: datetime
    original: str


@dataclass(frozen=True, slots=True)
class CdxPage:
    """One page of a CDX server's result."""

    lines: tuple[CdxLine, ...]
    resume: str  # key of the next page; "" at the end


def cdx_query(
    cdx_server: str, scope: ArchiveScope, since: date | None, until: date | None, resume: str = ""
) -> str:
    """Return the URL that queries a CDX server for captures; both days are inclusive."""
    parameters = {"url": scope.url, "output": "json", "fl": ",".join(_FIELDS), "collapse": "digest"}
    if scope.prefix:
        parameters["matchType"] = "prefix"
    if since:
        parameters["from"] = f"{since:%Y%m%d}"
    if until:
        parameters["to"] = f"{until:%Y%m%d}"
    parameters |= {"limit": str(PAGE_SIZE), "showResumeKey": "true"}
    if resume:
        parameters["resumeKey"] = resume
    return f"{cdx_server}{'&' if '?' in cdx_server else '?'}{urlencode(parameters)}"


def parse_cdx(body: bytes) -> CdxPage:
    """Parse the response of a CDX server; FormatError where it is not a complete list.

    A result of `PAGE_SIZE` captures without a resumption key is incomplete.
    """
    try:
        text = body.decode("utf-8").strip()
        if text.startswith("{"):
            rows, resume = [json.loads(line) for line in text.splitlines()], ""
        else:
            rows, resume = _table_rows(json.loads(text))
    except ValueError as error:
        raise FormatError(f"expected the JSON of a CDX server, found {body[:60]!r}") from error
    if len(rows) >= PAGE_SIZE and not resume:
        raise FormatError(f"expected a resumption key after {len(rows)} captures, found none")
    return CdxPage(tuple(_cdx_line(row) for row in rows), resume)


def _table_rows(table: Any) -> tuple[list[dict[str, str]], str]:
    """Return the rows of Wayback's table and its resumption key, which follows an empty row."""
    if not isinstance(table, list) or not all(isinstance(row, list) for row in table):
        raise FormatError(f"expected a list of lists from a CDX server, found {str(table)[:60]!r}")
    resume = ""
    if len(table) > 1 and table[-2] == [] and len(table[-1]) == 1:
        resume = str(table[-1][0])
        table = table[:-2]
    if not table or table == [[]]:
        return [], resume
    head, *rows = table
    if any(len(row) != len(head) for row in rows):
        raise FormatError(f"expected rows of {len(head)} fields from a CDX server")
    return [dict(zip(head, row, strict=True)) for row in rows], resume


def _cdx_line(row: Any) -> CdxLine:
    if not isinstance(row, dict):
        raise FormatError(f"expected a capture, found {str(row)[:60]!r}")
    fields = {_PYWB_FIELDS.get(name, name): str(value) for name, value in row.items()}
    try:
        captured = datetime.strptime(fields["timestamp"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return CdxLine(captured, fields["original"])
    except (KeyError, ValueError) as error:
        raise FormatError(f"expected a capture's date and address, found {fields}"[:200]) from error
