"""Which segments are merged."""

from hypothesis import given, settings
from hypothesis import strategies as st

from index.phrases.segments.merge_policy import choose_segments, choose_small_segments


def test_segments_of_like_size_are_merged_when_there_are_four() -> None:
    assert choose_segments([100, 900_000, 200, 300], [0.0] * 4) == []
    assert choose_segments([100, 900_000, 200, 300, 50], [0.0] * 5) == [0, 2, 3, 4]


def test_a_segment_with_many_deleted_documents_is_rewritten() -> None:
    assert choose_segments([900_000, 900_000], [0.1, 0.5]) == [1]


def test_no_segment_grows_beyond_what_memory_allows() -> None:
    assert choose_segments([40_000_000] * 4, [0.0] * 4) == []


def test_segments_of_which_four_do_not_fit_are_merged_if_they_fill_half_of_one() -> None:
    none_deleted = [0.0] * 4
    assert choose_segments([5_000_000] * 4, none_deleted, max_words=16_000_000) == [0, 1, 2]
    assert choose_segments([7_000_000] * 4, none_deleted, max_words=16_000_000) == [0, 1]
    assert choose_segments([15_000_000] * 4, none_deleted, max_words=16_000_000) == []
    assert choose_segments([5_000_000] * 3, none_deleted[:3], max_words=16_000_000) == []


def test_an_update_merges_only_what_is_small() -> None:
    assert choose_small_segments([100] * 7 + [50_000]) == []
    assert choose_small_segments([100] * 8 + [50_000]) == list(range(8))


@settings(deadline=None)
@given(st.lists(st.integers(1, 2_000_000), max_size=200))
def test_after_many_updates_segments_are_few_and_work_is_bounded(updates: list[int]) -> None:
    sizes: list[int] = []
    written = 0
    for update in updates:
        sizes.append(update)
        while chosen := choose_segments(sizes, [0.0] * len(sizes)):
            merged = sum(sizes[i] for i in chosen)
            written += merged
            sizes = [size for i, size in enumerate(sizes) if i not in chosen] + [merged]
    assert len(sizes) <= 3 * 7
    assert written <= 7 * sum(updates)
