"""A copy of a captured page that can be opened: it fetches nothing and runs nothing."""

import re
from html import unescape

# Before anything else in the file, so that it holds for all of it.
_POLICY = (
    b'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    b"style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'\">\n"
    b"<!-- The line above was added, and any refresh taken out, so that opening this page reaches "
    b"no server. page.captured is the page as it was received. -->\n"
)
_REFRESH = re.compile(rb"http-equiv(\s*=\s*[\"']?\s*refresh)", re.IGNORECASE)
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_NAMES = {
    "application/json": "page.json",
    "application/pdf": "page.pdf",
    "application/atom+xml": "page.xml",
    "application/rss+xml": "page.xml",
    "application/xml": "page.xml",
    "text/xml": "page.xml",
    "text/plain": "page.txt",
}
_LOADED = re.compile(rb"\brel\s*=\s*[\"']?[^\"'>]*(?:stylesheet|icon)", re.IGNORECASE)
_NEEDS = re.compile(
    rb"<(img|script|link|iframe|source|video|audio|embed|object)\b([^<>]{0,2000}?)"
    rb"\b(?:src|href|data)\s*=\s*[\"']?([^\"'\s>]{1,2000})([^<>]{0,2000})",
    re.IGNORECASE,
)


def make_readable_copy(body: bytes, media_type: str) -> tuple[str, bytes] | None:
    """Return the name and bytes of a copy to open, None where there is no safe one."""
    if media_type in ("text/html", "application/xhtml+xml"):
        if coding := _WIDE.get(body[:2]):
            body = b'<meta charset="utf-8">' + body.decode(coding, "replace").encode()
        return "page.html", _POLICY + _REFRESH.sub(rb"data-was-http-equiv\1", body)
    name = _NAMES.get(media_type)
    return (name, body) if name else None


def missing_requisites(body: bytes) -> list[str]:
    """Return the addresses of what a page loads to be shown, as written, each once."""
    found = []
    for tag, before, address, after in _NEEDS.findall(body):
        # Most links only name other pages: translations, feeds, the short address.
        if tag.lower() != b"link" or _LOADED.search(before + after):
            found.append(unescape(address.decode("utf-8", "replace")))
    return list(dict.fromkeys(found))
