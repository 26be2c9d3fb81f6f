"""A WARC file is read in ranges that end where exchanges do."""

from itertools import accumulate, pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from archive.warc.read_exchanges import read_exchanges
from onrecord.collect.ingest_missing import _MAX_RANGE_BYTES, _MAX_RANGE_EXCHANGES, _range_ends
from tests.conftest import packed_editions

ENDS = st.lists(st.integers(1, _MAX_RANGE_BYTES), max_size=200).map(
    lambda sizes: list(accumulate(sizes))
)


@given(ENDS, st.integers(0, 3), st.data())
def test_ranges_cover_a_file_and_split_no_exchange(
    ends: list[int], surplus: int, data: st.DataObject
) -> None:
    size = (ends[-1] if ends else 0) + surplus
    start = data.draw(st.sampled_from([0, *ends]))

    range_ends = list(_range_ends(ends, start, size))

    assert range_ends == sorted(set(range_ends))
    assert range_ends[-1:] == ([size] if start < size else [])
    assert set(range_ends) <= {*ends, size}
    for first, last in pairwise([start, *range_ends]):
        inside = [end for end in ends if first < end <= last]
        assert len(inside) <= _MAX_RANGE_EXCHANGES
        assert len(inside) <= 1 or last - first <= _MAX_RANGE_BYTES + surplus


@given(ENDS, st.integers(0, 1 << 30))
def test_a_file_that_ends_before_the_log_says_is_read_to_its_end(
    ends: list[int], size: int
) -> None:
    range_ends = list(_range_ends(ends, 0, size))

    assert range_ends[-1:] == ([size] if size else [])
    assert range_ends == sorted(set(range_ends))


def test_the_ranges_of_a_file_have_the_exchanges_of_the_file() -> None:
    path: Path = min(packed_editions().iterdir())
    whole = list(read_exchanges(path))
    offsets = [exchange.record.offset for exchange in whole] + [path.stat().st_size]

    for start, end in pairwise(offsets):
        (exchange,) = read_exchanges(path, start=start, end=end)
        assert (exchange.record.offset, exchange.end) == (start, end)
    assert [exchange.id for exchange in read_exchanges(path, start=offsets[1], end=offsets[3])] == [
        exchange.id for exchange in whole[1:3]
    ]
