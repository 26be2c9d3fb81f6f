import io
import zipfile

import pytest

from scrapers.parse.media_type import sniff_media_type

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zip_file(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "declared", "media_type"),
    [
        (b"%PDF-1.7 \xe2\xe3", "application/pdf", "application/pdf"),
        (b"HTTP header by mistake\r\n\r\n%PDF-1.4", "text/html", "application/pdf"),
        (b"\n%PDF-1.4", "", "application/pdf"),
        (zip_file("[Content_Types].xml", "word/document.xml"), "application/pdf", WORD),
        (
            zip_file("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
            "application/octet-stream",
            "application/vnd.oasis.opendocument.text",
        ),
        (zip_file("a.txt"), "text/plain", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "application/pdf", "application/msword"),
        (b"{\\rtf1 x}", "text/plain", "application/rtf"),
        (b"\x89PNG\r\n\x1a\n....", "text/html", "image/png"),
        (b"<!DOCTYPE html><p>x", "application/octet-stream", "text/html"),
        (b"\xef\xbb\xbf\n<!-- x --><html>", "", "text/html"),
        ("<html><p>x</p>".encode("utf-16"), "", "text/html"),
        (b"<p>The %PDF- mark</p>", "text/html", "text/html"),
        (b"<html>", "text/plain", "text/html"),
        (b"<p>x", "", "text/html"),
        (b"<p>x", "text/plain", "text/plain"),
        (b"The ministry regrets it.", "", "text/plain"),
        (b"BMW regrets it.", "text/plain", "text/plain"),
        (b"No mark of HTML, but declared.", "text/html", "text/html"),
        (b"\x00\x01\x02", "text/html", "application/octet-stream"),
        (b"\x0b<p>A page with a control character", "text/html", "text/html"),
        (b"\x00\x01\x02", "", "application/octet-stream"),
        (b'{"a": 1}', "text/plain", "application/json"),
        (b'<?xml version="1.0"?><rss>', "", "application/rss+xml"),
        (b"a { color: red }", "text/css", "text/css"),
    ],
)
def test_a_body_is_what_its_first_bytes_are(body: bytes, declared: str, media_type: str) -> None:
    assert sniff_media_type(body, declared) == media_type
