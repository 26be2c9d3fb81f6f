"""A capture's body as text."""

from scrapers.charset import decode
from scrapers.fetch.visit import Fetched


def decoded(fetched: Fetched) -> str:
    """Return the body as text, in the encoding that it is in (scrapers/charset.py)."""
    return decode(fetched.body, fetched.header("Content-Type")).text
