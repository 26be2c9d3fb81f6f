"""Ask timestamp authorities, through the same guarded connections as everything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests

from archive.errors import FetchError
from archive.log.timestamps import Post
from onrecord import VERSION
from onrecord.context import Context
from scrapers.asking import open_session
from scrapers.guard import ALLOWED, refused_url
from scrapers.manners import Manners, user_agent

_LARGEST = 1 << 20  # of an answer; tokens are of a few kB


@contextmanager
def posting(context: Context) -> Iterator[Post]:
    """Yield how to ask an authority. Its address may be anywhere: the user wrote it down."""
    agent = user_agent(VERSION, context.settings.contact)
    session = open_session(Manners(agent=agent, proxy=context.settings.proxy))

    def post(url: str, body: bytes, media_type: str) -> bytes:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        token = ALLOWED.set(frozenset({(parts.hostname or "", port)}))
        try:
            if reason := refused_url(url):
                raise FetchError(f"{url}: {reason}")
            with session.post(
                url,
                data=body,
                headers={"Content-Type": media_type},
                timeout=(10, 30),
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code != 200:
                    raise FetchError(f"{url}: expected a token, found HTTP {answer.status_code}")
                found: bytes = answer.raw.read(_LARGEST, decode_content=True)
                return found
        except (requests.RequestException, OSError) as error:
            raise FetchError(f"{url}: {error.__class__.__name__}: {error}"[:300]) from error
        finally:
            ALLOWED.reset(token)

    try:
        yield post
    finally:
        session.close()
