"""Addresses of archived copies: the URI-M of Memento (RFC 7089), of a time and an address."""

from datetime import UTC, datetime

from archive.models import Capture, Role


def timestamp14(moment: datetime) -> str:
    """Return a moment as web archives write it in addresses: YYYYMMDDhhmmss, UTC."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def memento_url(base: str, capture: Capture) -> str:
    """Return the address of the archived copy; "" for a transcript, which is no capture.

    `base` is where the archive is served, with its final slash.
    """
    if capture.role is Role.TRANSCRIPT:
        return ""
    return f"{base}{timestamp14(capture.captured)}/{capture.url}"
