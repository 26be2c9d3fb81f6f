"""Decode a response's body into text."""

from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.charset import decode


def body_encoding(response: FetchedResponse) -> str:
    """Return Python's name of the encoding in which `decode_body` reads a response."""
    return decode(response.body, response.header("Content-Type")).encoding


def decode_body(response: FetchedResponse) -> str:
    """Return the body as text, in the encoding detected by scrapers/parse/charset.py."""
    return decode(response.body, response.header("Content-Type")).text
