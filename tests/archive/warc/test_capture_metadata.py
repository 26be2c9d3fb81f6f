import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import FormatError
from archive.models import Outcome, Role
from archive.warc.capture_metadata import (
    CaptureMetadata,
    ImportOrigin,
    TlsSession,
    format_metadata,
    parse_metadata,
)

LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]))
MILLIS = st.integers(-(10**9), 10**9).map(lambda n: n / 1000)


@given(
    st.builds(
        CaptureMetadata,
        role=st.sampled_from(Role),
        outcome=st.sampled_from(Outcome),
        source=LINE,
        note=LINE,
        payload_sha256=LINE,
        media_type=LINE,
        original=LINE,
        via=LINE,
        fetch_ms=st.none() | MILLIS,
        date_offset=st.none() | MILLIS,
        tls=st.none()
        | st.builds(
            TlsSession,
            version=LINE.filter(bool),
            cipher=LINE.filter(bool),
            leaf_sha256=LINE.filter(bool),
            chain=st.lists(st.binary(min_size=1)).map(tuple),
        ),
        origin=st.none()
        | st.builds(
            ImportOrigin, name=LINE.filter(bool), sha256=LINE.filter(bool), offset=st.integers(0)
        ),
    )
)
def test_metadata_reads_back_as_written(metadata: CaptureMetadata) -> None:
    assert parse_metadata(format_metadata(metadata)) == metadata


def test_a_hostile_note_stays_one_line() -> None:
    metadata = CaptureMetadata(
        role=Role.PAGE, outcome=Outcome.OK, note="x\r\nonrecord-outcome: gone\u2028y\x85z"
    )

    parsed = parse_metadata(format_metadata(metadata))

    assert parsed is not None
    assert (parsed.outcome, parsed.note) == (Outcome.OK, "x onrecord-outcome: gone y z")


def test_metadata_of_others_is_not_ours() -> None:
    assert parse_metadata(b"fetchTimeMs: 12\r\nvia: http://a.example/\r\n") is None


@pytest.mark.parametrize(
    "block",
    [
        b"onrecord-outcome: splendid\r\nonrecord-role: page\r\n",
        b"onrecord-outcome: ok\r\n",
        b"onrecord-outcome: ok\r\nonrecord-role: page\r\nfetchTimeMs: soon\r\n",
        b"onrecord-outcome: ok\r\nonrecord-tls-certificate: %%\r\n",
    ],
)
def test_invalid_metadata_is_refused(block: bytes) -> None:
    with pytest.raises(FormatError):
        parse_metadata(block)
