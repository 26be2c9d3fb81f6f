"""Generate quotations with a known source and verdict, from a seed.

Each kind changes a sentence as newspapers do. The generated quotations are not stored.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[a-z0-9][.!?])\s+(?=[A-Z])")
_WORD = re.compile(r"\w+")
_MARKS = ("...", "…", " … ", " ... ", " [...] ", " […] ", ". . .", " . . . ", " (...) ", " …. ")
_ATTRIBUTIONS = (
    ",” the senator said, “", ",” she added in a statement, “", ",” he told reporters, “",
    '," according to the release, "', ",” said the congresswoman. “", ",” the office wrote, “",
)  # fmt: skip
_NOUNS = ("the lawmakers", "the bill", "Congress", "the agency", "our opponents", "this plan")
_SUBSTITUTIONS = {
    "will": "would", "must": "should", "can": "could", "million": "billion", "more": "less",
    "all": "many", "every": "some", "always": "often", "never": "rarely", "increase": "decrease",
    "support": "oppose", "first": "second", "before": "after", "federal": "state",
}  # fmt: skip
_BRITISH_SPELLINGS = {
    "center": "centre", "labor": "labour", "program": "programme", "defense": "defence",
    "organization": "organisation", "honor": "honour", "recognize": "recognise",
    "traveled": "travelled", "theater": "theatre", "behavior": "behaviour", "color": "colour",
    "neighbors": "neighbours", "favor": "favour", "analyze": "analyse", "fulfill": "fulfil",
    "programs": "programmes", "organizations": "organisations", "canceled": "cancelled",
    "prioritize": "prioritise", "license": "licence", "judgment": "judgement", "rigor": "rigour",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One quotation and its expected result, with the keys of the sample's lines."""

    quote: str
    statement: str | None
    verdict: str
    kind: str
    omitted: str = ""
    edit: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """Consecutive sentences of a statement."""

    statement: str
    sentences: tuple[str, ...]


def make_cases(
    texts: Mapping[str, str], other_texts: Sequence[str], *, count_per_kind: int, seed: int
) -> Iterator[Case]:
    """Yield `count_per_kind` quotations of every kind from `texts`, foreign ones from others."""
    chance = random.Random(seed)
    excerpts = _excerpts(texts, chance)
    foreign_sentences = [
        sentence
        for text in other_texts
        for sentence in _sentences(text)
        if 8 <= len(sentence.split()) <= 40
    ]
    foreign_sentences = [
        sentence for sentence in foreign_sentences if not any(sentence in text for text in ())
    ]
    for kind, make_case in _MAKERS.items():
        count = 0
        while count < count_per_kind:
            case = make_case(next(excerpts), chance, foreign_sentences)
            if case is not None:
                yield Case(**{**case, "kind": kind})
                count += 1


def _sentences(text: str) -> list[str]:
    return [
        sentence
        for line in text.split("\n")
        for sentence in _SENTENCE.split(line.strip())
        if sentence
    ]


def _excerpts(texts: Mapping[str, str], chance: random.Random) -> Iterator[_Excerpt]:
    """Yield five consecutive quotable sentences of random statements."""
    statements = sorted(texts)
    while True:
        statement = chance.choice(statements)
        sentences = _sentences(texts[statement])
        if len(sentences) < 5:
            continue
        position = chance.randrange(len(sentences) - 4)
        excerpt_sentences = sentences[position : position + 5]
        is_quotable = all(
            8 <= len(sentence.split()) <= 40
            and sentence[-1] in ".!?"
            and sentence[0].isupper()
            and not _has_marks(sentence)
            for sentence in excerpt_sentences
        )
        # Each sentence occurs once: otherwise the quotation has two correct sources.
        if is_quotable and all(
            texts[statement].count(sentence) == 1 for sentence in excerpt_sentences
        ):
            yield _Excerpt(statement, tuple(excerpt_sentences))


def _has_marks(sentence: str) -> bool:
    return any(mark in sentence for mark in "[]…\"“”'‘’()") or "..." in sentence


_CaseFields = dict[str, object] | None
_Maker = Callable[[_Excerpt, random.Random, Sequence[str]], _CaseFields]


def _case_fields(
    excerpt: _Excerpt | None, quote: str, verdict: str, **fields: object
) -> dict[str, object]:
    statement = excerpt.statement if excerpt else None
    return {"quote": quote, "statement": statement, "verdict": verdict, **fields}


def _make_verbatim(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    return _case_fields(
        excerpt, " ".join(excerpt.sentences[: chance.choice((1, 1, 2, 3))]), "verbatim"
    )


def _make_typographic(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    quote = excerpt.sentences[0]
    for change in chance.sample(
        (
            lambda text: text.replace(",", ""),
            lambda text: text.replace(" - ", " — ").replace("-", "‑"),
            lambda text: text.upper(),
            lambda text: text[0].lower() + text[1:],
            lambda text: "\n".join(text.rsplit(" ", 3)),
            lambda text: text.replace("U.S.", "US"),
            lambda text: text.rstrip(".") + ",",
        ),
        2,
    ):
        quote = change(quote)
    return _case_fields(excerpt, quote, "verbatim")


def _make_fragment(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    words = " ".join(excerpt.sentences[:2]).split()
    size = chance.randint(7, 16)
    position = chance.randrange(len(words) - min(size, len(words)) + 1)
    return _case_fields(excerpt, " ".join(words[position : position + size]), "verbatim")


def _make_interrupted(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    words = excerpt.sentences[0].split()
    position = chance.randint(3, len(words) - 3)
    head, tail = " ".join(words[:position]).rstrip(",.;:"), " ".join(words[position:])
    return _case_fields(excerpt, head + chance.choice(_ATTRIBUTIONS) + tail, "verbatim")


def _make_elided(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    words = excerpt.sentences[0].split()
    size = chance.randint(1, max(1, min(12, len(words) - 6)))
    position = chance.randint(3, len(words) - size - 2)
    if position < 3:
        return None
    quote = " ".join(words[:position]) + chance.choice(_MARKS) + " ".join(words[position + size :])
    return _case_fields(
        excerpt, quote, "elided", omitted=" ".join(words[position : position + size])
    )


def _make_bracketed(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    words = excerpt.sentences[0].split()
    size, position = chance.randint(1, 4), chance.randint(2, len(words) - 6)
    words[position : position + size] = [f"[{chance.choice(_NOUNS)}]"]
    return _case_fields(excerpt, " ".join(words), "elided")


def _make_altered(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    words = excerpt.sentences[0].split()
    positions = [
        n for n, word in enumerate(words) if word in _SUBSTITUTIONS and 0 < n < len(words) - 1
    ]
    if not positions:
        return None
    position = chance.choice(positions)
    edit = words[position], _SUBSTITUTIONS[words[position]]
    words[position] = edit[1]
    return _case_fields(excerpt, " ".join(words), "altered", edit=edit)


def _make_omission(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    words = excerpt.sentences[0].split()
    position = chance.randint(2, len(words) - 3)
    same = words[position].lower() in (words[position - 1].lower(), words[position + 1].lower())
    if same or not words[position].isalpha():
        return None
    quote = " ".join(words[:position] + words[position + 1 :])
    return _case_fields(excerpt, quote, "altered", edit=(words[position], ""))


def _make_insertion(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    words = excerpt.sentences[0].split()
    position = chance.randint(2, len(words) - 3)
    word = chance.choice(("not", "reportedly", "very", "never", "Russian", "allegedly"))
    if word in words[position - 1 : position + 1]:
        return None
    return _case_fields(
        excerpt, " ".join([*words[:position], word, *words[position:]]), "altered", edit=("", word)
    )


def _make_respelt(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    quote = excerpt.sentences[0]
    for american, british in _BRITISH_SPELLINGS.items():
        quote = re.sub(rf"\b{american}\b", british, quote)
    return _case_fields(excerpt, quote, "altered") if quote != excerpt.sentences[0] else None


def _make_marked_splice(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    omitted_count = chance.randint(1, 3)
    quote = f"{excerpt.sentences[0]}{chance.choice(_MARKS)} {excerpt.sentences[omitted_count + 1]}"
    return _case_fields(
        excerpt, quote, "spliced", omitted=" ".join(excerpt.sentences[1 : omitted_count + 1])
    )


def _make_unmarked_splice(
    excerpt: _Excerpt, chance: random.Random, _: Sequence[str]
) -> _CaseFields:
    omitted_count = chance.randint(1, 3)
    quote = f"{excerpt.sentences[0]} {excerpt.sentences[omitted_count + 1]}"
    return _case_fields(
        excerpt, quote, "spliced", omitted=" ".join(excerpt.sentences[1 : omitted_count + 1])
    )


def _make_reordered(excerpt: _Excerpt, chance: random.Random, _: Sequence[str]) -> _CaseFields:
    first, second = sorted(chance.sample(range(5), 2))
    return _case_fields(
        excerpt, f"{excerpt.sentences[second]} {excerpt.sentences[first]}", "spliced"
    )


def _make_foreign(
    _: _Excerpt, chance: random.Random, foreign_sentences: Sequence[str]
) -> _CaseFields:
    return _case_fields(None, chance.choice(foreign_sentences), "not-found")


def _make_partly_foreign(
    excerpt: _Excerpt, chance: random.Random, foreign_sentences: Sequence[str]
) -> _CaseFields:
    source_words, foreign_words = (
        excerpt.sentences[0].split(),
        chance.choice(foreign_sentences).split(),
    )
    size = chance.randint(3, 8)
    if chance.random() < 0.5:
        return _case_fields(
            None, " ".join(source_words[:size] + foreign_words[-max(9, size + 4) :]), "not-found"
        )
    return _case_fields(
        None, " ".join(foreign_words[: max(9, size + 4)] + source_words[-size:]), "not-found"
    )


def _make_half_invented(
    excerpt: _Excerpt, chance: random.Random, foreign_sentences: Sequence[str]
) -> _CaseFields:
    return _case_fields(
        None, f"{excerpt.sentences[0]} {chance.choice(foreign_sentences)}", "not-found"
    )


_MAKERS: dict[str, _Maker] = {
    "verbatim": _make_verbatim,
    "typographic": _make_typographic,
    "fragment": _make_fragment,
    "split": _make_interrupted,
    "elided": _make_elided,
    "bracketed": _make_bracketed,
    "altered": _make_altered,
    "dropped": _make_omission,
    "added": _make_insertion,
    "spelling": _make_respelt,
    "spliced-marked": _make_marked_splice,
    "spliced-unmarked": _make_unmarked_splice,
    "reordered": _make_reordered,
    "not-found": _make_foreign,
    "not-found-near": _make_partly_foreign,
    "invented beside genuine": _make_half_invented,
}
