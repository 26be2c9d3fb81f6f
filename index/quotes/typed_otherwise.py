"""Type a quotation otherwise where nothing changes: spaces in a range, a Korean word on two lines.

`7 – 9` is typed for `7–9`, and the other way round. A Korean line may end within a word, which has
no hyphen then: the break is one of a word where the archive has the word.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from archive.text.signs import loosen_joins, tighten_joins
from index.fold_spelling import fold
from index.quotes.compare.decide_verdict import Judgement

_BROKEN_WORD = re.compile(r"(?<![가-힣])[가-힣]+(?:\n[가-힣]+)+")


def other_typings(quote: str, is_known: Callable[[str], bool]) -> Iterator[str]:
    """Yield `quote` as it may be typed otherwise, with other white space only.

    `is_known`: whether the archive has a normalised word.
    """
    joined = _BROKEN_WORD.sub(lambda match: _join_known(match.group(), is_known), quote)
    for text in dict.fromkeys((joined, tighten_joins(joined), loosen_joins(joined))):
        if text != quote:
            yield text


def _join_known(pieces: str, is_known: Callable[[str], bool]) -> str:
    first, *others = pieces.split("\n")
    words = [first]
    for piece in others:
        if is_known(fold(words[-1] + piece)):
            words[-1] += piece
        else:
            words.append(piece)
    return "\n".join(words)


def move_to(judgement: Judgement, typed: str, quote: str) -> Judgement:
    """Return a judgement on `typed` with its offsets in `quote`, which differs in white space."""
    offsets = [offset for offset, char in enumerate(quote) if not char.isspace()]
    counts = [0]
    for char in typed:
        counts.append(counts[-1] + (not char.isspace()))

    def start(offset: int) -> int:
        count = counts[offset]
        return offsets[count] if count < len(offsets) else len(quote)

    def end(offset: int) -> int:
        return offsets[counts[offset] - 1] + 1 if counts[offset] else 0

    return replace(
        judgement,
        parts=tuple(
            replace(part, quote_start=start(part.quote_start), quote_end=end(part.quote_end))
            for part in judgement.parts
        ),
        elisions=tuple(
            replace(elision, quote_at=start(elision.quote_at)) for elision in judgement.elisions
        ),
    )
