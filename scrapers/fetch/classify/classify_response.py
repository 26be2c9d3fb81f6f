"""Determine a capture's outcome from the status, headers and body of its response.

Only what is certain from the response alone is decided here; the comparison with a source's other
pages is made where those are known (onrecord/quarantine). Markers are those that block pages show
and other pages do not: sites behind Cloudflare or Akamai carry their scripts on every page.
"""

import re
from collections.abc import Sequence

from archive.models import Outcome
from scrapers.fetch.classify.block_page_rules import (
    MAX_TEXT_CHARACTERS,
    find_rule,
    find_rule_of_headers,
)
from scrapers.fetch.classify.stand_in_titles import CONSENT_TITLE, LOGIN_TITLE, NOT_FOUND_TITLE

Headers = Sequence[tuple[str, str]]

_MAX_SCANNED_BYTES = 400_000  # of a page in which markers are sought
_MAX_REDIRECT_BYTES = 20_000  # of a page that only leads on; others refresh for old browsers
_MAX_REFRESH_CHARACTERS = 400  # of a page that only sends the reader on
_MAX_SCRIPT_REDIRECT_CHARACTERS = 60
_MAX_NOT_FOUND_CHARACTERS = 6_000  # a site's "not found" page has its menus as well

# What bot walls of any vendor say.
_BOT_WALL_PHRASES = (
    b"verify you are human",
    b"verifying you are human",
    b"checking your browser before accessing",
    b"unusual traffic from your computer network",
)
_HTML_START = re.compile(rb"<(?:!doctype html|html|head|body|title)\b")
_INVISIBLE_ELEMENTS = (b"script", b"style", b"noscript", b"template")
_TITLE = re.compile(rb"<title\b[^>]{0,500}>([^<]{0,500})")
# To another address, at once or after some seconds; a page that loads itself anew names none.
_META_REFRESH = re.compile(
    rb"<meta\b[^>]{0,300}http-equiv\s*=\s*[\"']?refresh\b[^>]{0,300}"
    rb"content\s*=\s*[\"']?\s*\d{1,2}(?:\.\d+)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>\s]{1,500})"
)
_SCRIPT_REDIRECT = re.compile(
    rb"\blocation(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\(\s*)[\"']([^\"']{1,500})[\"']"
)
_PASSWORD_INPUT = re.compile(rb"<input\b[^>]{0,300}type\s*=\s*[\"']?password")

_STATUS_OUTCOMES = {
    401: (Outcome.BLOCKED, "401: a login is asked for"),
    402: (Outcome.BLOCKED, "402: payment is asked for"),
    403: (Outcome.BLOCKED, "403: forbidden"),
    404: (Outcome.GONE, "404: not found"),
    407: (Outcome.NETWORK_ERROR, "407: the proxy asks for a login"),
    410: (Outcome.GONE, "410: gone"),
    429: (Outcome.BLOCKED, "429: too many requests"),
    451: (Outcome.BLOCKED, "451: unavailable for legal reasons"),
    511: (Outcome.NETWORK_ERROR, "511: the network asks for a login"),
}


def judge_response(status: int | None, headers: Headers, body: bytes) -> tuple[Outcome, str]:
    """Return the outcome of a request and a note with the reason ("" where none is needed).

    `body` is decoded. A response without a status, such as a stored resource, counts as 200.
    """
    if status == 304:
        return Outcome.UNCHANGED, ""
    if status is not None and 300 <= status < 400:
        if _header(headers, "Location"):
            return Outcome.REDIRECT, ""
        return Outcome.SERVER_ERROR, f"{status} without a Location"
    if block_page := _judge_block_page(headers, body):
        return block_page[0], f"{status or 200}: {block_page[1]}"
    if status in (None, 200, 203):  # 203: a proxy changed it (RFC 9110, 15.3.4); it is whole
        return _judge_page(headers, body)
    if status in _STATUS_OUTCOMES:
        return _STATUS_OUTCOMES[status]
    if 200 <= status < 300:
        return Outcome.SUSPECT, f"{status}: not a whole page"
    return Outcome.SERVER_ERROR, f"{status}: not a page"


def _judge_page(headers: Headers, body: bytes) -> tuple[Outcome, str]:
    if not body.strip():
        return Outcome.SUSPECT, "200 with an empty body"
    if not _is_html(headers, body):
        return Outcome.OK, ""
    page = body[:_MAX_SCANNED_BYTES].lower()
    title = _lowercase_title(page)
    if NOT_FOUND_TITLE.search(title) and _has_less_text(page, _MAX_NOT_FOUND_CHARACTERS):
        return Outcome.SUSPECT, f"200, but its title says not found: {title[:60]}"
    if (
        _PASSWORD_INPUT.search(page)
        and LOGIN_TITLE.search(title)
        and _has_less_text(page, MAX_TEXT_CHARACTERS)
    ):
        return Outcome.BLOCKED, "200, but a login page"
    if CONSENT_TITLE.search(title) and _has_less_text(page, _MAX_NOT_FOUND_CHARACTERS):
        return Outcome.SUSPECT, f"200, but a consent page: {title[:60]}"
    if len(page) > _MAX_REDIRECT_BYTES:
        return Outcome.OK, ""
    target = _META_REFRESH.search(page)
    if target and _has_less_text(page, _MAX_REFRESH_CHARACTERS):
        address = target[1].decode("utf-8", "replace")
        return Outcome.SUSPECT, f"200, but it leads on to {address[:200]}"
    target = _SCRIPT_REDIRECT.search(page)
    if target and _has_less_text(page, _MAX_SCRIPT_REDIRECT_CHARACTERS):
        address = target[1].decode("utf-8", "replace")
        return Outcome.SUSPECT, f"200, but a script leads on to {address[:200]}"
    return Outcome.OK, ""


def _judge_block_page(headers: Headers, body: bytes) -> tuple[Outcome, str] | None:
    """Return the outcome of a block page and the name of its kind, None for any other page."""
    if rule := find_rule_of_headers(headers):
        return rule.outcome, rule.name
    if not _is_html(headers, body):
        return None
    page = body[:_MAX_SCANNED_BYTES].lower()
    length = _visible_length(page, MAX_TEXT_CHARACTERS)
    if length >= MAX_TEXT_CHARACTERS:
        return None
    if rule := find_rule(page, length):
        return rule.outcome, rule.name
    has_phrase = any(phrase in page for phrase in _BOT_WALL_PHRASES)
    return (Outcome.BLOCKED, "bot wall") if has_phrase else None


def _is_html(headers: Headers, body: bytes) -> bool:
    if "html" in _header(headers, "Content-Type").lower():
        return True
    start = body[:4000].lower().lstrip()
    while start.startswith(b"<!--"):
        start = start.partition(b"-->")[2].lstrip()
    return bool(_HTML_START.match(start))


def _lowercase_title(page: bytes) -> str:
    match = _TITLE.search(page)
    return " ".join(match[1].decode("utf-8", "replace").lower().split()) if match else ""


def _has_less_text(page: bytes, limit: int) -> bool:
    return _visible_length(page, limit) < limit


def _visible_length(page: bytes, limit: int) -> int:
    """Return the approximate number of visible characters of `page`, which is in lower case.

    It is counted no further than to `limit`.
    One pass in linear time: pages are hostile, and regular expressions over them quadratic.
    """
    length = position = 0
    while position >= 0 and length < limit:
        start = page.find(b"<", position)
        text = page[position:] if start < 0 else page[position:start]
        length += len(" ".join(text.decode("utf-8", "ignore").split()))
        position = _markup_end(page, start) if start >= 0 else -1
    return length


def _markup_end(page: bytes, start: int) -> int:
    """Return the end of the tag, comment or invisible element at `start`; -1 if unclosed."""
    if page.startswith(b"<!--", start):
        end = page.find(b"-->", start + 4)
        return end + 3 if end >= 0 else -1
    name = next(
        (element for element in _INVISIBLE_ELEMENTS if page.startswith(element, start + 1)), b""
    )
    if name:
        start = page.find(b"</" + name, start)
        if start < 0:
            return -1
    end = page.find(b">", start + 1)
    return end + 1 if end >= 0 else -1


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name.lower()), "")
