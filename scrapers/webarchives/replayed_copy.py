"""Recognise pages that another web archive replayed, and read them as their publisher sent them.

Wayback, pywb and archives like them replay a page at an address that ends with 14 digits, the
instant of capture, and the page's own address. They rewrite its links to such addresses and put a
toolbar into it; with `id_` after the digits they do neither. The stored bytes stay as they are.
Only the hosts of `known_archives` are believed.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import unquote

from archive.errors import FormatError
from archive.models import Memento
from archive.urls.web_address import address_host, parse_address
from archive.warc.parse_http import parse_http_date
from scrapers.webarchives.known_archives import is_known_archive

_REPLAY = re.compile(
    r"https?://[^/?#]+/(?:[^/?#]+/)*?(?P<when>\d{14})(?P<modifier>[a-z]{2}_)?/"
    r"(?P<original>https?(?::|%3A).+)",
    re.IGNORECASE | re.DOTALL,
)
_RAW_COPY = "id_"
_TOOLBAR = re.compile(
    rb"<!--\s*BEGIN WAYBACK TOOLBAR INSERT\s*-->.*?<!--\s*END WAYBACK TOOLBAR INSERT\s*-->"
    rb"|<!--\s*WB Insert\s*-->.*?<!--\s*End WB Insert\s*-->",
    re.IGNORECASE | re.DOTALL,
)
_TOOLBAR_ELEMENT = re.compile(
    rb"<div\b[^>]*\bid\s*=\s*[\"']?(?:wm-ipp[\w-]*|donato|_wb_frame_top_banner|wb_iframe_div)\b[^>]*>",
    re.IGNORECASE,
)
_DIV_TAG = re.compile(rb"<(/?)div\b[^>]*>", re.IGNORECASE)
_REWRITTEN = re.compile(
    rb"(?<==[\"'])(?:(?:https?:)?//[^/\"'<>\s]+)?/(?:[\w.-]+/)*?\d{14}(?:[a-z]{2}_)?/(?=https?://)",
    re.IGNORECASE,
)

Headers = Sequence[tuple[str, str]]


def original_address(url: str) -> str:
    """Return the address of the page that is replayed at `url`; `url` itself for any other.

    >>> original_address("https://web.archive.org/web/20190103100000if_/https://fen.example/n/1")
    'https://fen.example/n/1'
    """
    replay = _match_replay(url)
    original = _original(replay) if replay else ""
    return original or url


def replay_instant(url: str) -> datetime | None:
    """Return the instant in the address of a replayed page, in UTC; None for any other address."""
    replay = _match_replay(url)
    return _instant(replay["when"]) if replay and _original(replay) else None


def find_memento(url: str, status: int | None, headers: Headers) -> Memento | None:
    """Return what another archive states of the page that it replays at `url`; None for no replay.

    The instant is that of Memento-Datetime (RFC 7089, 2.1.1), else that in the address. An error
    or a redirect without that header is the archive's own.
    """
    replay = _match_replay(url)
    original = _original(replay) if replay else ""
    stated = next((value for name, value in headers if name.lower() == "memento-datetime"), "")
    if not original or not (stated or (status is not None and 200 <= status < 300)):
        return None
    archived = parse_http_date(stated) or replay_instant(url)
    if archived is None:
        return None
    return Memento(original=original, archived=archived, archive=address_host(url))


def strip_replay(url: str, body: bytes) -> bytes:
    """Return the body of a page replayed at `url` without toolbar and rewritten links."""
    replay = _match_replay(url)
    if replay is None or (replay["modifier"] or "").lower() == _RAW_COPY:
        return body
    body = _TOOLBAR.sub(b"", body)
    while element := _TOOLBAR_ELEMENT.search(body):
        body = body[: element.start()] + body[_element_end(body, element) :]
    return _REWRITTEN.sub(b"", body)


def _element_end(body: bytes, start: re.Match[bytes]) -> int:
    """Return where the element of a div's start tag ends; the tag alone where nothing closes it."""
    depth = 1
    for tag in _DIV_TAG.finditer(body, start.end()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return start.end()


def _match_replay(url: str) -> re.Match[str] | None:
    """Return the parts of the address of a page that a known archive replayed; None for others."""
    replay = _REPLAY.fullmatch(url)
    return replay if replay and is_known_archive(url) else None


def _original(replay: re.Match[str]) -> str:
    text = replay["original"]
    if "%3a" in text[:8].lower():
        text = unquote(text)
    try:
        return parse_address(text)
    except FormatError:
        return ""


def _instant(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
