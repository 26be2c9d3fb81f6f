"""Copy the tokens of documents from the arrays of a segment, for a merge."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.bulk_tokenizer import TokenizedTexts
from index.phrases.build.column_builder import RARE_TOKEN
from index.phrases.format import delta_codec
from index.phrases.match.segment_reader import Segment


def wide_tokens(segment: Segment) -> NDArray[np.uint32]:
    """Return the token stream of `segment` with the full ids of rare terms."""
    wide = segment.tokens.astype(np.uint32)
    if segment.term_count >= RARE_TOKEN:
        first_rare = RARE_TOKEN - segment.common_count - 1
        starts = segment.arrays["place_start"][first_rare:].astype(np.int64)
        first, last = int(starts[0]), int(starts[-1])
        gaps = segment.arrays["gaps"]
        positions = delta_codec.unpack_many(gaps, first, last, starts[:-1] - first)
        counts = segment.arrays["count"][RARE_TOKEN:]
        wide[positions] = np.repeat(np.arange(RARE_TOKEN, segment.term_count + 1), counts)
    return wide


def copy_tokens(
    segment: Segment, numbers: Sequence[int], tokens: NDArray[np.uint32]
) -> TokenizedTexts:
    """Return the words of documents `numbers` of `segment`, of each its text and its title.

    `tokens` is the token stream of the segment, renumbered by the vocabulary of the new one.
    """
    spans = [
        span
        for number in numbers
        for span in (segment.token_span(number), segment.title_span(number))
    ]
    sample_starts, samples = segment.arrays["place_index"], segment.arrays["place"]
    return TokenizedTexts(
        np.concatenate([tokens[:0], *(tokens[a:b] for a, b in spans)]),
        np.cumsum([0, *(b - a for a, b in spans)]),
        tuple(samples[sample_starts[n] : sample_starts[n + 1]] for n in numbers),
    )
