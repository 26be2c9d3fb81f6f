"""Build the URLs of archived copies: the URI-M of Memento (RFC 7089)."""

from datetime import UTC, datetime

from archive.models import Capture, Role


def timestamp14(moment: datetime) -> str:
    """Return an instant as web archives write it in URLs: YYYYMMDDhhmmss, UTC."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def memento_url(base: str, capture: Capture) -> str:
    """Return the URL of the archived copy; "" for a transcript, which is no capture.

    `base` is the URL under which the archive is served, with its final slash.
    """
    if capture.role is Role.TRANSCRIPT:
        return ""
    return f"{base}{timestamp14(capture.captured)}/{capture.url}"
