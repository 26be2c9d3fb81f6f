"""A capture's body as text."""

from scrapers.fetch.visit import Fetched
from scrapers.parse.charset import decode


def decoded(fetched: Fetched) -> str:
    """Return the body as text, in the encoding that it is in (scrapers/parse/charset.py)."""
    return decode(fetched.body, fetched.header("Content-Type")).text
