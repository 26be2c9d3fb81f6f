"""The other items of what was withheld, as JSON: read, though no bytes of it are stored."""

import json

from archive.errors import FormatError
from archive.sandbox.wire_format import from_json, to_json
from scrapers.read.page_content import PageContent


def encode_content(content: PageContent) -> str:
    """Return `content` as JSON in ASCII."""
    return json.dumps(to_json(content), ensure_ascii=True, separators=(",", ":"))


def decode_content(text: str) -> PageContent:
    """Return what `encode_content` encoded; FormatError where `text` is no such JSON."""
    try:
        content: PageContent = from_json(PageContent, json.loads(text))
    except ValueError as error:
        raise FormatError(f"expected the items of what was withheld, found {error}") from error
    return content
