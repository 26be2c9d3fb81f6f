"""Conditional requests (RFC 9110, 13): their headers, and the capture that a 304 confirms."""

from dataclasses import replace

from archive.models import Validators


def conditional_headers(validators: Validators | None) -> dict[str, str]:
    conditions = {}
    if validators and validators.etag:
        conditions["If-None-Match"] = validators.etag
    if validators and validators.last_modified:
        conditions["If-Modified-Since"] = validators.last_modified
    return conditions


def confirmed_capture(validators: Validators | None, url: str) -> Validators | None:
    """Return the capture that a 304 would confirm; None where the request names none."""
    if validators is None or not validators.capture or validators.captured is None:
        return None
    return replace(validators, url=url)
