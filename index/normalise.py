"""One normalisation of text to words, with the way back to the stored text.

Offsets count code points of the text given, so `text[start:end]` is what the publisher printed.
The law, which the tests hold: `normalise(text[start:end])` of a run of words is that run again.
"""

from dataclasses import dataclass
from itertools import islice

from index.word_forms import fold, pattern, spaced


@dataclass(frozen=True, slots=True)
class Normal:
    """The words of a text in order; the n-th was printed as `text[starts[n]:ends[n]]`."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in the text of words `first` up to, not with, `last`."""
        return self.starts[first], self.ends[last - 1]


def normalise(text: str) -> Normal:
    """Read `text` as words. Two words printed as one character (`½`) share its place."""
    text = spaced(text)
    found = list(pattern(text).finditer(text))
    raws = [match.group() for match in found]
    forms = {raw: _forms(raw) for raw in set(raws)}
    if all(len(words) == 1 for words in forms.values()):
        return Normal(
            tuple([forms[raw][0] for raw in raws]),
            tuple([match.start() for match in found]),
            tuple([match.end() for match in found]),
        )
    every = [(word, match) for match, raw in zip(found, raws, strict=True) for word in forms[raw]]
    return Normal(
        tuple([word for word, _ in every]),
        tuple([match.start() for _, match in every]),
        tuple([match.end() for _, match in every]),
    )


def some_words(text: str, skip: int, most: int) -> Normal:
    """Return up to `most` words of `text`, passing over the first `skip`: a part of `normalise`."""
    last = skip + most
    text = spaced(text)
    if text.isascii():
        found = list(islice(pattern(text).finditer(text), skip, last))
        words = [match.group().lower().replace(".", "") for match in found]
    else:
        words, found = [], []
        for match in pattern(text).finditer(text):
            raw = match.group()
            forms = [raw] if raw.isascii() else _forms(raw)
            words += forms
            found += [match] * len(forms)
            if len(words) >= last:
                break
        words, found = words[skip:last], found[skip:last]
        words = [word.lower().replace(".", "") if word.isascii() else word for word in words]
    return Normal(
        tuple(words),
        tuple([match.start() for match in found]),
        tuple([match.end() for match in found]),
    )


def words_of(text: str) -> list[str]:
    """Return the words of `text` in the form under which they are compared."""
    text = spaced(text)
    if text.isascii():
        return [raw.replace(".", "") for raw in pattern(text).findall(text.lower())]
    return [word for raw in pattern(text).findall(text) for word in _forms(raw)]


def _forms(raw: str) -> list[str]:
    """Return the word printed as `raw`, or words: compatibility forms may hold separators."""
    folded = fold(raw)
    if folded.isascii() and folded.isalnum():
        return [folded]
    return pattern(folded).findall(folded)
