"""A capture's body as text."""

from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.charset import decode


def decode_body(fetched: FetchedResponse) -> str:
    """Return the body as text, in the encoding that it is in (scrapers/parse/charset.py)."""
    return decode(fetched.body, fetched.header("Content-Type")).text
