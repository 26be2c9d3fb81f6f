"""Make a copy of a captured page that is safe to open: it fetches nothing and runs nothing."""

import re
from html import unescape

# Placed first in the file, so that it applies to all of it.
_POLICY = (
    b'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    b"style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'\">\n"
    b"<!-- The line above was added, and any refresh taken out, so that opening this page reaches "
    b"no server. page.captured is the page as it was received. -->\n"
)
_REFRESH = re.compile(rb"http-equiv(\s*=\s*[\"']?\s*refresh)", re.IGNORECASE)
_UTF16_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_FILE_NAMES = {
    "application/json": "page.json",
    "application/pdf": "page.pdf",
    "application/atom+xml": "page.xml",
    "application/rss+xml": "page.xml",
    "application/xml": "page.xml",
    "text/xml": "page.xml",
    "text/plain": "page.txt",
}
_LOADED_LINK = re.compile(rb"\brel\s*=\s*[\"']?[^\"'>]*(?:stylesheet|icon)", re.IGNORECASE)
_LOADING_TAG = re.compile(
    rb"<(img|script|link|iframe|source|video|audio|embed|object)\b([^<>]{0,2000}?)"
    rb"\b(?:src|href|data)\s*=\s*[\"']?([^\"'\s>]{1,2000})([^<>]{0,2000})",
    re.IGNORECASE,
)


def make_readable_copy(body: bytes, media_type: str) -> tuple[str, bytes] | None:
    """Return the name and bytes of a copy to open; None if there is no safe one."""
    if media_type in ("text/html", "application/xhtml+xml"):
        if encoding := _UTF16_MARKS.get(body[:2]):
            body = b'<meta charset="utf-8">' + body.decode(encoding, "replace").encode()
        return "page.html", _POLICY + _REFRESH.sub(rb"data-was-http-equiv\1", body)
    name = _FILE_NAMES.get(media_type)
    return (name, body) if name else None


def missing_requisites(body: bytes) -> list[str]:
    """Return the URLs of the page requisites in `body`, as written, each once."""
    urls = []
    for tag, attributes_before, url, attributes_after in _LOADING_TAG.findall(body):
        # Most links only name other pages: translations, feeds, the short URL.
        if tag.lower() != b"link" or _LOADED_LINK.search(attributes_before + attributes_after):
            urls.append(unescape(url.decode("utf-8", "replace")))
    return list(dict.fromkeys(urls))
