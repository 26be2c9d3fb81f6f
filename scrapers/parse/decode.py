"""Decode a response's body into text."""

from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.charset import decode


def decode_body(response: FetchedResponse) -> str:
    """Return the body as text, in the encoding detected by scrapers/parse/charset.py."""
    return decode(response.body, response.header("Content-Type")).text
