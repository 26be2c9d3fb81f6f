"""Each character of decoded text has its bytes in the body."""

import codecs

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.byte_spans.character_to_bytes import byte_order_mark_length, character_ends
from scrapers.parse.charset import decode
from tests.scrapers.parse.test_charset import SAMPLES


def characters(body: bytes, content_type: str) -> list[tuple[bytes, str]]:
    """Return the bytes of each character, and the character."""
    decoded = decode(body, content_type)
    ends = character_ends(body, decoded)
    starts = np.concatenate(([byte_order_mark_length(body, decoded)], ends[:-1]))
    spans = zip(starts.tolist(), ends.tolist(), decoded.text, strict=True)
    return [(body[start:end], character) for start, end, character in spans]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_utf_8_characters_have_their_own_bytes(text: str) -> None:
    for encoded, character in characters(text.encode(), "text/html; charset=utf-8"):
        assert encoded.decode() == character


@pytest.mark.parametrize("encoding", [name for name in SAMPLES if name != "iso2022_jp"])
def test_characters_of_old_encodings_have_their_own_bytes(encoding: str) -> None:
    body = f"<p>{SAMPLES[encoding]}</p>".encode(encoding)

    for encoded, character in characters(body, f"text/html; charset={encoding}"):
        assert encoded.decode(encoding) == character


def test_shift_sequences_belong_to_the_character_after_them() -> None:
    body = SAMPLES["iso2022_jp"].encode("iso2022_jp")

    pairs = characters(body, "text/html; charset=iso-2022-jp")

    assert "".join(character for _, character in pairs) == SAMPLES["iso2022_jp"]
    assert (
        b"".join(encoded for encoded, _ in pairs)
        == body[: len(b"".join(encoded for encoded, _ in pairs))]
    )


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_byte_order_mark_is_part_of_no_character(mark: bytes) -> None:
    encoding = {b"\xef": "utf-8", b"\xff": "utf-16-le", b"\xfe": "utf-16-be"}[mark[:1]]

    pairs = characters(mark + "é1".encode(encoding), "")

    assert pairs == [("é".encode(encoding), "é"), ("1".encode(encoding), "1")]


@example(b"\xed\xa0")
@example(b"\xe2\x82")
@given(st.binary(min_size=1, max_size=40))
def test_invalid_bytes_belong_to_a_replacement_character(noise: bytes) -> None:
    body = "Ünder oath: ".encode() * 50 + noise + "déjà".encode()

    pairs = characters(body, "text/html; charset=utf-8")

    encoding = decode(body, "text/html; charset=utf-8").encoding
    assert b"".join(encoded for encoded, _ in pairs) == body
    for encoded, character in pairs:
        assert encoded.decode(encoding, "replace") == character
