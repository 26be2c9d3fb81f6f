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


@pytest.mark.parametrize("name", ["compress", "dcz", "xz"])
def test_a_coding_that_we_cannot_decode_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match=f"found '{name}'"):
        decode_content(TEXT, parse_response(response(f"Content-Encoding: {name}")))


@pytest.mark.parametrize("name", ["UTF-8", "none", "identity", "binary", "8bit", "rot13", "utf8,"])
def test_a_name_that_is_no_coding_leaves_the_body_as_it_is(name: str) -> None:
    assert decode_content(TEXT, parse_response(response(f"Content-Encoding: {name}"))) == TEXT


def test_a_name_that_is_no_coding_does_not_hide_one_that_is() -> None:
    parsed = parse_response(response("Content-Encoding: gzip, UTF-8"))

    assert decode_content(gzip.compress(TEXT), parsed) == TEXT


@pytest.mark.parametrize(
    "fields", [("Content-Encoding: UTF-8",), ("Content-Type: text/html",), ("Content-Length: 9",)]
)
def test_bytes_after_the_content_length_are_not_of_the_body(fields: tuple[str, ...]) -> None:
    parsed = parse_response(response("Content-Length: 9", *fields))

    assert decode_content(b"The words HTTP/1.1 200 OK", parsed) == b"The words"


@pytest.mark.parametrize(
    "fields",
    [
        ("Content-Encoding: gzip",),
        ("Content-Encoding: br",),
        ("X-Archive-Orig-Content-Encoding: gzip",),
        ("Transfer-Encoding: chunked",),
        ("Content-Length: 12",),
        ("Content-Length: -4",),
    ],
)
def test_a_length_that_is_of_other_bytes_cuts_nothing(fields: tuple[str, ...]) -> None:
    parsed = parse_response(response("Content-Length: 9", *fields))

    assert decode_content(b"The words of a page.", parsed) == b"The words of a page."


def test_a_coded_body_is_cut_at_its_length_before_it_is_decoded() -> None:
    coded = gzip.compress(TEXT)
    parsed = parse_response(response("Content-Encoding: gzip", f"Content-Length: {len(coded)}"))

    assert decode_content(coded + gzip.compress(b"more"), parsed) == TEXT


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
