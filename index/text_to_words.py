"""Normalise text to words, and map each word to its offsets in the text.

Offsets count code points of the text given, so `text[start:end]` is what the publisher printed.
Invariant, checked by tests: `normalise(text[start:end])` of a run of words is that run again.
"""

from dataclasses import dataclass
from itertools import islice

from index.fold_spelling import fold
from index.token_pattern import replace_typography, token_pattern


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """The words of a text in order; the n-th was printed as `text[starts[n]:ends[n]]`."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in the text of words `first` up to, not including, `last`."""
        return self.starts[first], self.ends[last - 1]


def normalise(text: str) -> NormalisedText:
    """Return the words of `text`. Two words printed as one character (`½`) share its offsets."""
    text = replace_typography(text)
    matches = list(token_pattern(text).finditer(text))
    raws = [match.group() for match in matches]
    forms = {raw: _split_forms(raw) for raw in set(raws)}
    if all(len(words) == 1 for words in forms.values()):
        return NormalisedText(
            tuple([forms[raw][0] for raw in raws]),
            tuple([match.start() for match in matches]),
            tuple([match.end() for match in matches]),
        )
    word_matches = [
        (word, match) for match, raw in zip(matches, raws, strict=True) for word in forms[raw]
    ]
    return NormalisedText(
        tuple([word for word, _ in word_matches]),
        tuple([match.start() for _, match in word_matches]),
        tuple([match.end() for _, match in word_matches]),
    )


def normalise_slice(text: str, skip: int, limit: int) -> NormalisedText:
    """Return up to `limit` words of `text`, skipping the first `skip`: a slice of `normalise`."""
    last = skip + limit
    text = replace_typography(text)
    if text.isascii():
        matches = list(islice(token_pattern(text).finditer(text), skip, last))
        words = [match.group().lower().replace(".", "") for match in matches]
    else:
        words, matches = [], []
        for match in token_pattern(text).finditer(text):
            raw = match.group()
            forms = [raw] if raw.isascii() else _split_forms(raw)
            words += forms
            matches += [match] * len(forms)
            if len(words) >= last:
                break
        words, matches = words[skip:last], matches[skip:last]
        words = [word.lower().replace(".", "") if word.isascii() else word for word in words]
    return NormalisedText(
        tuple(words),
        tuple([match.start() for match in matches]),
        tuple([match.end() for match in matches]),
    )


def words_of(text: str) -> list[str]:
    """Return the normalised words of `text`, in the form in which they are compared."""
    text = replace_typography(text)
    if text.isascii():
        return [raw.replace(".", "") for raw in token_pattern(text).findall(text.lower())]
    return [word for raw in token_pattern(text).findall(text) for word in _split_forms(raw)]


def _split_forms(raw: str) -> list[str]:
    """Return the words printed as `raw`: one, or more if its compatibility form has separators."""
    folded = fold(raw)
    if folded.isascii() and folded.isalnum():
        return [folded]
    return token_pattern(folded).findall(folded)
