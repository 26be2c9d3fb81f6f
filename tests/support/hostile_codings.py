"""Bodies that made decoders slow: small, coded several times, or of very many parts."""

import gzip
import io
import zlib

import zstandard
from fastwarc.stream_io import BrotliWriter

from archive.errors import FormatError
from archive.warc.parse_http import parse_response
from scrapers.parse.parser_limits import check_json

EMPTY_GZIP = gzip.compress(b"", mtime=0)
EMPTY_ZSTD = zstandard.compress(b"")
SKIPPED_ZSTD = b"\x50\x2a\x4d\x18\0\0\0\0"


def gzip_times(data: bytes, times: int) -> bytes:
    """Return `data` in gzip in gzip …, each at the highest level."""
    for _ in range(times):
        data = gzip.compress(data, 9, mtime=0)
    return data


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


def brotli(data: bytes) -> bytes:
    encoded = io.BytesIO()
    writer = BrotliWriter(encoded)
    writer.write(data)
    writer.close()
    return encoded.getvalue()


def hostile_bodies(size: int) -> dict[str, tuple[str, bytes]]:
    """Return bodies by what they are: the value of Content-Encoding, and about `size` bytes.

    Those of several codings are `size` bytes with the last of them removed.
    """
    empty_blocks = b"\0\0\0\xff\xff"  # of deflate, stored, without data
    return {
        "empty gzip members": ("gzip", EMPTY_GZIP * (size // len(EMPTY_GZIP))),
        "gzip members of a byte": ("gzip", gzip.compress(b"x", mtime=0) * (size // 21)),
        "empty members in gzip": ("gzip, gzip", gzip_times(EMPTY_GZIP * (size // 20), 1)),
        "empty members in gzip, twice": (
            "gzip, gzip, gzip",
            gzip_times(EMPTY_GZIP * (size // 20), 2),
        ),
        "zeros in gzip": ("gzip", gzip_times(bytes(size), 1)),
        "zeros in gzip, four times": (", ".join(["gzip"] * 4), gzip_times(bytes(size), 4)),
        "thirty codings": (", ".join(["gzip"] * 30), gzip_times(bytes(size), 30)),
        "raw deflate, empty streams": ("deflate", b"\x03\0" * (size // 2)),
        "raw deflate, empty blocks": ("deflate", empty_blocks * (size // 5)),
        "zlib, empty streams": ("deflate", zlib.compress(b"") * (size // 8)),
        "torn deflate": ("deflate", zlib.compress(bytes(range(256)) * (size // 256))[:-9]),
        "gzip and then noise": ("gzip", gzip.compress(b"x", mtime=0) + b"noise" * (size // 5)),
        "brotli of zeros": ("br", brotli(bytes(size))),
        "brotli, empty blocks": ("br", b"\x0c" + b"\x06" * size + b"\x03"),
        "zstd, empty frames": ("zstd", EMPTY_ZSTD * (size // len(EMPTY_ZSTD))),
        "zstd, skipped frames": ("zstd", SKIPPED_ZSTD * (size // 8)),
        "zstd of zeros": ("zstd", zstandard.compress(bytes(size))),
    }


def header_of(block: bytes, name: str) -> str:
    """Return a header of a response; "" where its head is refused."""
    try:
        return parse_response(block).header(name)
    except FormatError:
        return ""


def check_json_text(text: str) -> int:
    check_json(text)
    return len(text)


CHUNKS = {
    "chunks of a byte": b"1\r\nx\r\n",
    "chunks with extensions": b"1;" + b"e" * 50 + b"=1\r\nx\r\n",
    "chunks with bare line ends": b"1\nx\n",
    "sizes beyond the end": b"ffffffff\r\n",
}
HEADERS = {
    "folded lines": b" x\r\n",
    "empty folded lines": b" \r\n",
    "headers of a letter": b"a:\r\n",
    "codings": b"Content-Encoding: gzip\r\n",
    "interim responses": b"\r\nHTTP/1.1 100 C\r\n",
}
# Marks that are repeated; each made a parser of style sheets or of JSON slow, or recurse.
SHEETS = (
    "url(",
    'url("',
    "url(a b",
    "@import ",
    '@import "a";',
    "(",
    "{",
    "[a",
    "/*",
    '"',
    "\\",
    "a\n",
)
SHEETS += (
    "-",
    "u+1?",
    "#a",
    "}",
    "image-set(",
    "1.",
    "1e",
    ".a{b:url(c)}",
    "</style",
    "<!--",
    "\\72",
)
PAGES = (
    "<style>",
    "<style>a{}</style>",
    "<title>",
    "<base href=",
    "<link ",
    "<html ",
    "<link rel=stylesheet href=a>",
)
PAGES += ("<style", "</style>", "<base ", "<a href=x>", "<img src=x>")
JSONS = ('"\\', '"\\\\', '"', "[", "{", "\\", '"\\\n', '","', '["]')
