"""Content codings are removed in linear time, within limits, and in a sandbox."""

import gzip
import zlib

import pytest

from archive.errors import FormatError, LimitError
from archive.sandbox.pool import decoding_sandbox
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from archive.warc.content_codings import MAX_CODINGS, MAX_MEMBERS, remove_codings
from archive.warc.parse_http import (
    MAX_CHUNKS,
    MAX_HEAD_BYTES,
    decode_body,
    decode_chunked,
    decode_content,
    parse_response,
)
from tests.support.hostile_codings import (
    CHUNKS,
    EMPTY_GZIP,
    HEADERS,
    gzip_times,
    header_of,
    hostile_bodies,
    raw_deflate,
)

SIZE = 8 << 20
BODIES = hostile_bodies(SIZE)
WORDS = b"The council met. " * 100


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_decoded_or_refused_within_seconds(name: str) -> None:
    """A process that is given two seconds of processor time would be ended by a quadratic step."""
    coding, body = BODIES[name]
    with Sandbox(SandboxLimits(seconds=2)) as sandbox:
        try:
            decoded = sandbox.call(remove_codings, body, tuple(coding.split(", ")), SIZE + 1)
        except LimitError:
            return
    assert len(decoded.body) <= SIZE + 2


def test_codings_and_members_are_counted() -> None:
    thrice = gzip_times(WORDS, MAX_CODINGS)

    assert remove_codings(thrice, ("gzip",) * MAX_CODINGS, 1 << 20).body == WORDS
    with pytest.raises(LimitError, match="at most 5 codings, found 6"):
        remove_codings(thrice, ("gzip",) * (MAX_CODINGS + 1), 1 << 20)
    assert remove_codings(EMPTY_GZIP * MAX_MEMBERS, ("gzip",), 9).body == EMPTY_GZIP * MAX_MEMBERS
    with pytest.raises(LimitError, match="at most 10000 members"):
        remove_codings(EMPTY_GZIP * (MAX_MEMBERS + 1), ("gzip",), 9)


def test_many_members_and_large_ones_are_joined() -> None:
    large = bytes(range(256)) * 20_000
    members = [WORDS, large, b"", *(b"%d " % number for number in range(3000))]
    body = b"".join(gzip.compress(member) for member in members)

    assert remove_codings(body, ("gzip",), 1 << 24).body == b"".join(members)


@pytest.mark.parametrize(("wbits", "coding"), [(31, "gzip"), (15, "deflate"), (-15, "deflate")])
def test_every_cut_of_a_body_gives_what_is_whole_before_it(wbits: int, coding: str) -> None:
    words = b"".join(b"%d, " % number for number in range(4000))
    compressor = zlib.compressobj(wbits=wbits)
    body = compressor.compress(words) + compressor.flush()

    for end in range(20, len(body), 97):
        decoded = remove_codings(body[:end], (coding,), 1 << 20).body
        assert words.startswith(decoded) or decoded == body[:end]
    assert remove_codings(body, (coding,), 1 << 20).body == words


def test_a_gzip_body_says_itself_whether_it_has_its_end() -> None:
    body = gzip.compress(bytes(range(256)) * 9000)

    assert not remove_codings(body, ("gzip",), 1 << 24).is_unfinished
    assert not remove_codings(body + b"noise", ("gzip",), 1 << 24).is_unfinished
    assert remove_codings(body[:-1], ("gzip",), 1 << 24).is_unfinished
    assert remove_codings(body[:20] + b"\xff" * 99, ("gzip",), 1 << 24).is_unfinished


def test_what_follows_a_raw_stream_is_left_out() -> None:
    assert remove_codings(raw_deflate(WORDS) + b"\xff\xff", ("deflate",), 1 << 20).body == WORDS


def test_a_coded_body_is_decoded_in_a_process_of_its_own() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    response = parse_response(head)
    decoding_sandbox().close()

    assert decode_body(WORDS, parse_response(b"HTTP/1.1 200 OK\r\n\r\n")).body == WORDS
    assert decoding_sandbox().pid is None
    assert decode_content(gzip.compress(WORDS), response) == WORDS
    assert decoding_sandbox().pid is not None


def test_a_decoder_without_enough_memory_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Sandbox(SandboxLimits(memory_bytes=1 << 20))
    monkeypatch.setattr("archive.warc.decode_in_sandbox.decoding_sandbox", lambda: small)
    response = parse_response(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")

    with small, pytest.raises(LimitError, match="more memory"):
        decode_content(gzip.compress(WORDS), response)


def test_a_coding_that_is_not_read_is_named_wherever_it_stands() -> None:
    response = parse_response(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, xz\r\n\r\n")

    with pytest.raises(FormatError, match="'xz'"):
        decode_content(WORDS, response)


@pytest.mark.parametrize("name", CHUNKS)
def test_millions_of_chunks_are_read_within_seconds(name: str) -> None:
    unit = CHUNKS[name]
    with Sandbox(SandboxLimits(seconds=6)) as sandbox:
        payload = sandbox.call(decode_chunked, unit * (SIZE // len(unit)))

    assert len(payload) <= SIZE


def test_chunks_beyond_the_limit_are_left_out() -> None:
    chunks = b"1\r\nx\r\n" * (MAX_CHUNKS + 5) + b"0\r\n\r\n"

    assert decode_chunked(chunks) == b"x" * MAX_CHUNKS


@pytest.mark.parametrize("name", HEADERS)
def test_a_long_head_is_parsed_or_refused_within_seconds(name: str) -> None:
    unit = HEADERS[name]
    with Sandbox(SandboxLimits(seconds=2)) as sandbox:
        for size in (MAX_HEAD_BYTES - 100, SIZE):
            block = b"HTTP/1.1 200 OK\r\nX: 1\r\n" + unit * (size // len(unit)) + b"\r\n"
            assert sandbox.call(header_of, block, "X")[:1] in ("1", "")
