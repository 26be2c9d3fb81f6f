"""Format captures as entries of a CDX index: JSON objects, and CDXJ lines with SURT keys."""

import json
from typing import Any

from archive.models import Capture
from archive.urls.memento import timestamp14
from archive.urls.surt import surt


def cdx_fields(capture: Capture) -> dict[str, Any]:
    """Return the fields of a CDX entry for a capture, named as pywb names them."""
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


def cdxj_line(fields: dict[str, Any]) -> str:
    """Return `fields`, made by `cdx_fields`, as a line of a CDXJ file."""
    others = {key: value for key, value in fields.items() if key != "timestamp"}
    return f"{surt(fields['url'])} {fields['timestamp']} {json.dumps(others)}\n"
