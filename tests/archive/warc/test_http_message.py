import gzip
import zlib
from io import BytesIO

import pytest
from fastwarc.stream_io import BrotliWriter
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import FormatError, LimitError
from archive.warc.parse_http import decode_chunked, decode_content, extract_payload, parse_response

TEXT = b"The Minister declined to comment. " * 50


def response(*headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode("latin-1") + body


def brotli(data: bytes) -> bytes:
    encoded = BytesIO()
    writer = BrotliWriter(encoded)
    writer.write(data)
    writer.close()
    return encoded.getvalue()


def test_headers_are_read_as_sent_folded_latin_1_and_with_bare_line_ends() -> None:
    block = b"HTTP/1.0 404\nX-City: Caf\xe9\nX-Long: one\n\ttwo\nnonsense\nX-City: again\n\nbody"

    parsed = parse_response(block)

    assert parsed.status == 404
    assert parsed.headers == (("X-City", "Café"), ("X-Long", "one two"), ("X-City", "again"))
    assert parsed.header("x-city") == "Café, again"
    assert block[parsed.payload_start :] == b"body"


def test_the_media_type_is_the_first_in_lower_case_without_parameters() -> None:
    parsed = parse_response(response("Content-Type: Text/HTML; charset=x", "Content-Type: a/b"))

    assert parsed.media_type == "text/html"


def test_a_response_cut_in_its_head_has_no_body() -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Ty"

    assert extract_payload(block, parse_response(block)) == b""


@pytest.mark.parametrize("block", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 OK\r\n\r\n"])
def test_what_is_no_response_is_refused(block: bytes) -> None:
    with pytest.raises(FormatError, match="expected an HTTP response"):
        parse_response(block)


@given(st.lists(st.binary(min_size=1, max_size=40)))
def test_chunks_come_together_again(pieces: list[bytes]) -> None:
    framed = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces)

    assert decode_chunked(framed + b"0\r\nTrailer: x\r\n\r\n") == b"".join(pieces)


def test_a_truncated_chunked_body_is_decoded_as_far_as_it_goes() -> None:
    assert decode_chunked(b"5\r\nWe re\r\n9\r\ngret") == b"We regret"


@pytest.mark.parametrize("body", [b"<html>", b"12\nThe Minister", b"5\r\nWe regret", b""])
def test_a_body_that_was_stored_unframed_is_left_as_it_is(body: bytes) -> None:
    block = response("Transfer-Encoding: chunked", body=body)

    assert extract_payload(block, parse_response(block)) == body


@pytest.mark.parametrize(
    ("coding", "encoded"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("X-GZIP", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("br", brotli(TEXT)),
        ("gzip, br", brotli(gzip.compress(TEXT))),
        ("identity", TEXT),
        ("", TEXT),
        ("gzip", TEXT),
        ("br", TEXT),
        ("zstd", TEXT),
    ],
    ids=lambda value: value if isinstance(value, str) else "encoded",
)
def test_content_codings_are_removed_if_present(coding: str, encoded: bytes) -> None:
    parsed = parse_response(response(f"Content-Encoding: {coding}"))

    assert decode_content(encoded, parsed) == TEXT


def test_a_truncated_compressed_body_is_decoded_as_far_as_it_goes() -> None:
    parsed = parse_response(response("Content-Encoding: gzip"))

    assert TEXT.startswith(decode_content(gzip.compress(TEXT)[:-9], parsed))


def test_a_coding_that_nobody_knows_is_refused() -> None:
    with pytest.raises(FormatError, match="found 'rot13'"):
        decode_content(TEXT, parse_response(response("Content-Encoding: rot13")))


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, brotli, bytes])
def test_a_bomb_is_refused_at_the_limit(pack: object) -> None:
    name = {gzip.compress: "gzip", zlib.compress: "deflate", brotli: "br"}.get(pack, "")
    parsed = parse_response(response(f"Content-Encoding: {name}"))

    with pytest.raises(LimitError, match="at most 1000000 bytes"):
        decode_content(pack(bytes(5_000_000)), parsed, limit=1_000_000)  # type: ignore[operator]


def test_an_interim_response_is_skipped() -> None:
    block = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + response("A: b")

    parsed = parse_response(block)

    assert (parsed.status, parsed.headers, parsed.has_interim) == (200, (("A", "b"),), True)
