"""A WARC file is read in pieces that end where exchanges do."""

from itertools import accumulate, pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from archive.warc.exchanges import read_exchanges
from onrecord.collect.catch_up import _LARGE, _MANY, _cuts
from tests.conftest import packed_editions

ENDS = st.lists(st.integers(1, _LARGE), max_size=200).map(lambda sizes: list(accumulate(sizes)))


@given(ENDS, st.integers(0, 3), st.data())
def test_pieces_cover_a_file_and_part_no_exchange(
    ends: list[int], more: int, data: st.DataObject
) -> None:
    size = (ends[-1] if ends else 0) + more
    start = data.draw(st.sampled_from([0, *ends]))

    cuts = list(_cuts(ends, start, size))

    assert cuts == sorted(set(cuts))
    assert cuts[-1:] == ([size] if start < size else [])
    assert set(cuts) <= {*ends, size}
    for first, last in pairwise([start, *cuts]):
        inside = [end for end in ends if first < end <= last]
        assert len(inside) <= _MANY
        assert len(inside) <= 1 or last - first <= _LARGE + more


@given(ENDS, st.integers(0, 1 << 30))
def test_a_file_that_ends_before_the_log_says_is_read_to_its_end(
    ends: list[int], size: int
) -> None:
    cuts = list(_cuts(ends, 0, size))

    assert cuts[-1:] == ([size] if size else [])
    assert cuts == sorted(set(cuts))


def test_the_parts_of_a_file_hold_what_the_file_holds() -> None:
    path: Path = min(packed_editions().iterdir())
    whole = list(read_exchanges(path))
    places = [each.record.offset for each in whole] + [path.stat().st_size]

    for start, end in pairwise(places):
        (one,) = read_exchanges(path, start=start, end=end)
        assert (one.record.offset, one.end) == (start, end)
    assert [each.id for each in read_exchanges(path, start=places[1], end=places[3])] == [
        each.id for each in whole[1:3]
    ]
