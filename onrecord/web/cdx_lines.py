"""Captures as lines of a CDX index: JSON, and CDXJ with SURT keys as web archives sort them."""

import json
from typing import Any
from urllib.parse import urlsplit

from archive.models import Capture
from archive.urls.memento import timestamp14


def surt(url: str) -> str:
    """Return an address with its host turned round, so that a site sorts together.

    >>> surt("https://www.Panel.example:443/Statements/?b=1")
    'example,panel)/statements/?b=1'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){(parts.path or '/')}{query}".lower()


def line_of(capture: Capture) -> dict[str, Any]:
    """Return what a CDX server says of a capture."""
    stored = capture.stored
    return {
        "timestamp": timestamp14(capture.captured),
        "url": capture.url,
        "mime": capture.media_type or "unk",
        "status": str(capture.status or "-"),
        "digest": f"sha256:{capture.payload_sha256}" if capture.payload_sha256 else "-",
        "length": str(stored.length),
        "offset": str(stored.offset),
        "filename": stored.warc,
    }


def cdxj(line: dict[str, Any]) -> str:
    """Return `line_of` as a line of a CDXJ file."""
    rest = {key: value for key, value in line.items() if key != "timestamp"}
    return f"{surt(line['url'])} {line['timestamp']} {json.dumps(rest)}\n"
