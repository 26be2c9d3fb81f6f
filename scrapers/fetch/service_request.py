"""Send a small request to a URL from the user's settings, and read a small response."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests

from archive.errors import FetchError
from scrapers.fetch.fetch_policy import FetchPolicy
from scrapers.fetch.request import open_session
from scrapers.fetch.ssrf_guard import ALLOWED_ADDRESSES, refusal_reason

logger = logging.getLogger(__name__)

_MAX_RESPONSE_BYTES = 1 << 20  # bytes of an answer


@contextmanager
def make_post(policy: FetchPolicy) -> Iterator[Callable[[str, bytes, str], bytes]]:
    """Yield a function that posts (url, body, media type) and returns the response's body.

    FetchError for any status but 200. The URL may be on this machine, because the user, not a page
    from the web, named it; redirects are not followed.
    """
    session = open_session(policy)

    def post(url: str, body: bytes, media_type: str) -> bytes:
        return _send(session, policy, "POST", url, body, {"Content-Type": media_type})

    try:
        yield post
    finally:
        session.close()


@contextmanager
def make_request(
    policy: FetchPolicy, accept: str
) -> Iterator[Callable[[str, bytes | None], bytes]]:
    """Yield a function like `make_post`'s that posts (url, body), or gets if the body is None."""
    session = open_session(policy)

    def send(url: str, body: bytes | None) -> bytes:
        method = "GET" if body is None else "POST"
        return _send(session, policy, method, url, body, {"Accept": accept})

    try:
        yield send
    finally:
        session.close()


def _send(
    session: requests.Session,
    policy: FetchPolicy,
    method: str,
    url: str,
    body: bytes | None,
    headers: dict[str, str],
) -> bytes:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    token = ALLOWED_ADDRESSES.set(frozenset({(parts.hostname or "", port)}))
    try:
        if reason := refusal_reason(url, by_proxy=bool(policy.proxy)):
            raise FetchError(f"{url}: {reason}")
        with session.request(
            method,
            url,
            data=body,
            headers=headers,
            timeout=(policy.limits.connect_timeout, policy.limits.read_timeout),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != 200:
                raise FetchError(f"{url}: expected an answer, found HTTP {response.status_code}")
            content: bytes = response.raw.read(_MAX_RESPONSE_BYTES, decode_content=True)
            logger.info("%s to %s: %d bytes received", method, parts.hostname, len(content))
            return content
    except (requests.RequestException, OSError) as error:
        logger.debug("%s to %s ended with %s", method, parts.hostname, type(error).__name__)
        raise FetchError(f"{url}: {error}"[:300]) from error
    finally:
        ALLOWED_ADDRESSES.reset(token)
