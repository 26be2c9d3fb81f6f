"""Text that UTF-8 can hold."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def legible(text: str) -> str:
    """Return `text` with U+FFFD for each surrogate, which no database or file in UTF-8 can hold."""
    return _SURROGATE.sub("\ufffd", text) if not text.isascii() else text
