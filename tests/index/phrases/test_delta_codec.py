"""Ascending lists, packed and unpacked."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.phrases.format import delta_codec

LISTS = st.lists(
    st.lists(st.integers(0, delta_codec.LIMIT - 1), min_size=1, unique=True).map(sorted), min_size=1
)


@pytest.mark.parametrize("piece", [4, 1 << 15])
@pytest.mark.parametrize("chunk", [1, 3, 1 << 16])
@settings(deadline=None)  # tables are made at first use
@given(lists=LISTS)
def test_every_list_comes_back_alone_and_with_its_neighbours(
    lists: list[list[int]], chunk: int, piece: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delta_codec, "_CHUNK_NUMBERS", chunk)
        patch.setattr(delta_codec, "_PIECE_BYTES", piece)
        flat = np.array([number for numbers in lists for number in numbers], dtype=np.uint32)
        firsts = np.cumsum([0, *map(len, lists)])[:-1]
        packed, offsets = delta_codec.pack(flat, firsts)
        ends = [*offsets.tolist(), len(packed) - delta_codec.PADDING]

        alone = [
            delta_codec.unpack(packed, start, end).tolist()
            for start, end in itertools.pairwise(ends)
        ]
        together = delta_codec.unpack_many(packed, 0, ends[-1], offsets)

    assert alone == lists
    assert together.tolist() == flat.tolist()
