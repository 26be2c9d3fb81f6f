"""Determine what a body is from its first bytes, as browsers do (WHATWG MIME Sniffing).

Servers send a PDF as HTML, an HTML page without a Content-Type and a Word file as PDF.
"""

import re

from scrapers.parse.charset import decode

_HEAD_BYTES = 1500  # of a body, that are searched for a mark
_PDF_MARK_BYTES = 1024  # a PDF may begin with other bytes (ISO 32000-1, Annex H)
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_UNSTATED_TYPES = frozenset(
    [
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "application/unknown",
        "unknown/unknown",
    ]
)

# First bytes, and the type of what begins with them.
_MARKS = (
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"\xffWPC", "application/vnd.wordperfect"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\0asm", "application/wasm"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
)
_TEXT_LIKE_MARKS = frozenset({b"BM", b"BZh", b"ID3"})  # a text may begin with them
_WEBP_OR_WAVE = re.compile(rb"RIFF....(WEBP|WAVE|AVI )", re.DOTALL)
_RIFF_TYPES = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel and PowerPoint before 2007
_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP_MEMBERS = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)
_STORED_TYPE = re.compile(rb"mimetype(application/[\w.+-]{1,80}?)(?=PK|[^\w.+-])")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html|html|head|body|title|script"
    r"|meta|link|style|iframe|h1|div|article|main|section|font|table|p|br|a|b)\b",
    re.IGNORECASE | re.DOTALL,
)
_WHOLE_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED_START = re.compile(r"(?:<[?!][^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_BINARY = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # MIME Sniffing, "binary data byte"


def sniff_media_type(body: bytes, declared: str) -> str:
    """Return the media type of `body`, of which a server says that it is `declared`, "" for none.

    `application/octet-stream` is what is neither text nor of a known type.
    """
    if binary := _binary_type(body, declared):
        return binary
    head = decode(body[:_HEAD_BYTES]).text
    if _WHOLE_HTML_START.match(head):
        return "application/xhtml+xml" if declared == "application/xhtml+xml" else "text/html"
    is_stated = "/" in declared and declared not in _UNSTATED_TYPES and declared != "text/plain"
    if _BINARY.search(head) and not (is_stated and "<" in head):
        return "application/octet-stream"
    if is_stated:
        return declared
    start = head.lstrip("\ufeff \t\r\n")
    if start[:1] in {"{", "["}:
        return "application/json"
    if _FEED_START.match(start):
        return "application/rss+xml"
    if declared != "text/plain" and _HTML_START.match(start):
        return "text/html"
    return "application/xml" if start.startswith("<?xml") else "text/plain"


def _binary_type(body: bytes, declared: str) -> str:
    """Return the type of a body that is no text, by its mark; "" where it has none."""
    head = body[:_HEAD_BYTES]
    if b"%PDF-" in head[:_PDF_MARK_BYTES] and not head.lstrip().startswith(b"<"):
        return "application/pdf"
    if head.startswith(_ZIP):
        return _zip_type(body)
    if head.startswith(_OLE):
        is_office = declared.startswith(("application/vnd.ms-", "application/msword"))
        return declared if is_office else "application/msword"
    if match := _WEBP_OR_WAVE.match(head):
        return _RIFF_TYPES[match[1]]
    if head[4:8] == b"ftyp":
        return "image/avif" if head[8:12] == b"avif" else "video/mp4"
    for mark, media_type in _MARKS:
        if head.startswith(mark) and (mark not in _TEXT_LIKE_MARKS or b"\0" in head):
            return media_type
    return ""


def _zip_type(body: bytes) -> str:
    """Return the type of a ZIP file: an office document or a book by its members' names."""
    if match := _STORED_TYPE.search(body[:200]):
        return match[1].decode("ascii")
    for name, media_type in _ZIP_MEMBERS:
        if name in body[:100_000] or name in body[-100_000:]:
            return media_type
    return "application/zip"
