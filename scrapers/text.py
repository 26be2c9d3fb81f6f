"""A capture's body as text."""

from scrapers.charset import decode
from scrapers.door import Fetched


def decoded(fetched: Fetched) -> str:
    """Return the body as text: by its BOM, as UTF-8 where it is valid, then as it declares."""
    return decode(fetched.body, fetched.header("Content-Type")).text
