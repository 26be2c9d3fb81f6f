"""Make quotations of which the truth is known: other statements and other edits, from a seed.

Each kind does to a sentence what newspapers do. Nothing of what is made is kept.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[a-z0-9][.!?])\s+(?=[A-Z])")
_WORD = re.compile(r"\w+")
_MARKS = ("...", "…", " … ", " ... ", " [...] ", " […] ", ". . .", " . . . ", " (...) ", " …. ")
_SAYERS = (
    ",” the senator said, “", ",” she added in a statement, “", ",” he told reporters, “",
    '," according to the release, "', ",” said the congresswoman. “", ",” the office wrote, “",
)  # fmt: skip
_NOUNS = ("the lawmakers", "the bill", "Congress", "the agency", "our opponents", "this plan")
_SWAPS = {
    "will": "would", "must": "should", "can": "could", "million": "billion", "more": "less",
    "all": "many", "every": "some", "always": "often", "never": "rarely", "increase": "decrease",
    "support": "oppose", "first": "second", "before": "after", "federal": "state",
}  # fmt: skip
_SPELT = {
    "center": "centre", "labor": "labour", "program": "programme", "defense": "defence",
    "organization": "organisation", "honor": "honour", "recognize": "recognise",
    "traveled": "travelled", "theater": "theatre", "behavior": "behaviour", "color": "colour",
    "neighbors": "neighbours", "favor": "favour", "analyze": "analyse", "fulfill": "fulfil",
    "programs": "programmes", "organizations": "organisations", "canceled": "cancelled",
    "prioritize": "prioritise", "license": "licence", "judgment": "judgement", "rigor": "rigour",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One quotation and its truth, in the words of the sample's lines."""

    quote: str
    statement: str | None
    verdict: str
    kind: str
    omitted: str = ""
    edit: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """Consecutive sentences of a statement."""

    statement: str
    sentences: tuple[str, ...]


def cases(held: Mapping[str, str], other: Sequence[str], *, each: int, seed: int) -> Iterator[Case]:
    """Yield `each` quotations of every kind from the texts `held`; inventions from `other`."""
    chance = random.Random(seed)
    said = _said(held, chance)
    strange = [s for text in other for s in _sentences(text) if 8 <= len(s.split()) <= 40]
    strange = [s for s in strange if not any(s in text for text in ())]
    for kind, make in _KINDS.items():
        made = 0
        while made < each:
            case = make(next(said), chance, strange)
            if case is not None:
                yield Case(**{**case, "kind": kind})
                made += 1


def _sentences(text: str) -> list[str]:
    return [s for line in text.split("\n") for s in _SENTENCE.split(line.strip()) if s]


def _said(held: Mapping[str, str], chance: random.Random) -> Iterator[_Said]:
    """Yield stretches of five sentences, each fit to quote, of statements by chance."""
    names = sorted(held)
    while True:
        name = chance.choice(names)
        found = _sentences(held[name])
        if len(found) < 5:
            continue
        at = chance.randrange(len(found) - 4)
        some = found[at : at + 5]
        fit = all(
            8 <= len(s.split()) <= 40 and s[-1] in ".!?" and s[0].isupper() and not _odd(s)
            for s in some
        )
        # Said once: otherwise the same words stand in two places, and the truth is two.
        if fit and all(held[name].count(s) == 1 for s in some):
            yield _Said(name, tuple(some))


def _odd(sentence: str) -> bool:
    return any(mark in sentence for mark in "[]…\"“”'‘’()") or "..." in sentence


_Made = dict[str, object] | None
_Maker = Callable[[_Said, random.Random, Sequence[str]], _Made]


def _case(said: _Said | None, quote: str, verdict: str, **more: object) -> dict[str, object]:
    named = said.statement if said else None
    return {"quote": quote, "statement": named, "verdict": verdict, **more}


def _verbatim(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    return _case(said, " ".join(said.sentences[: chance.choice((1, 1, 2, 3))]), "verbatim")


def _typographic(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    quote = said.sentences[0]
    for change in chance.sample(
        (
            lambda q: q.replace(",", ""),
            lambda q: q.replace(" - ", " — ").replace("-", "‑"),
            lambda q: q.upper(),
            lambda q: q[0].lower() + q[1:],
            lambda q: "\n".join(q.rsplit(" ", 3)),
            lambda q: q.replace("U.S.", "US"),
            lambda q: q.rstrip(".") + ",",
        ),
        2,
    ):
        quote = change(quote)
    return _case(said, quote, "verbatim")


def _fragment(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    words = " ".join(said.sentences[:2]).split()
    size = chance.randint(7, 16)
    at = chance.randrange(len(words) - min(size, len(words)) + 1)
    return _case(said, " ".join(words[at : at + size]), "verbatim")


def _split(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    words = said.sentences[0].split()
    at = chance.randint(3, len(words) - 3)
    head, tail = " ".join(words[:at]).rstrip(",.;:"), " ".join(words[at:])
    return _case(said, head + chance.choice(_SAYERS) + tail, "verbatim")


def _elided(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    words = said.sentences[0].split()
    size = chance.randint(1, max(1, min(12, len(words) - 6)))
    at = chance.randint(3, len(words) - size - 2)
    if at < 3:
        return None
    quote = " ".join(words[:at]) + chance.choice(_MARKS) + " ".join(words[at + size :])
    return _case(said, quote, "elided", omitted=" ".join(words[at : at + size]))


def _bracketed(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    words = said.sentences[0].split()
    size, at = chance.randint(1, 4), chance.randint(2, len(words) - 6)
    words[at : at + size] = [f"[{chance.choice(_NOUNS)}]"]
    return _case(said, " ".join(words), "elided")


def _altered(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    words = said.sentences[0].split()
    places = [n for n, word in enumerate(words) if word in _SWAPS and 0 < n < len(words) - 1]
    if not places:
        return None
    at = chance.choice(places)
    edit = words[at], _SWAPS[words[at]]
    words[at] = edit[1]
    return _case(said, " ".join(words), "altered", edit=edit)


def _dropped(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    words = said.sentences[0].split()
    at = chance.randint(2, len(words) - 3)
    same = words[at].lower() in (words[at - 1].lower(), words[at + 1].lower())
    if same or not words[at].isalpha():
        return None
    quote = " ".join(words[:at] + words[at + 1 :])
    return _case(said, quote, "altered", edit=(words[at], ""))


def _added(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    words = said.sentences[0].split()
    at = chance.randint(2, len(words) - 3)
    word = chance.choice(("not", "reportedly", "very", "never", "Russian", "allegedly"))
    if word in words[at - 1 : at + 1]:
        return None
    return _case(said, " ".join([*words[:at], word, *words[at:]]), "altered", edit=("", word))


def _spelt(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    quote = said.sentences[0]
    for ours, theirs in _SPELT.items():
        quote = re.sub(rf"\b{ours}\b", theirs, quote)
    return _case(said, quote, "altered") if quote != said.sentences[0] else None


def _spliced(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    gone = chance.randint(1, 3)
    quote = f"{said.sentences[0]}{chance.choice(_MARKS)} {said.sentences[gone + 1]}"
    return _case(said, quote, "spliced", omitted=" ".join(said.sentences[1 : gone + 1]))


def _joined(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    gone = chance.randint(1, 3)
    quote = f"{said.sentences[0]} {said.sentences[gone + 1]}"
    return _case(said, quote, "spliced", omitted=" ".join(said.sentences[1 : gone + 1]))


def _turned(said: _Said, chance: random.Random, _: Sequence[str]) -> _Made:
    one, two = sorted(chance.sample(range(5), 2))
    return _case(said, f"{said.sentences[two]} {said.sentences[one]}", "spliced")


def _strange(_: _Said, chance: random.Random, strange: Sequence[str]) -> _Made:
    return _case(None, chance.choice(strange), "not-found")


def _near(said: _Said, chance: random.Random, strange: Sequence[str]) -> _Made:
    ours, theirs = said.sentences[0].split(), chance.choice(strange).split()
    size = chance.randint(3, 8)
    if chance.random() < 0.5:
        return _case(None, " ".join(ours[:size] + theirs[-max(9, size + 4) :]), "not-found")
    return _case(None, " ".join(theirs[: max(9, size + 4)] + ours[-size:]), "not-found")


def _invented(said: _Said, chance: random.Random, strange: Sequence[str]) -> _Made:
    return _case(None, f"{said.sentences[0]} {chance.choice(strange)}", "not-found")


_KINDS: dict[str, _Maker] = {
    "verbatim": _verbatim,
    "typographic": _typographic,
    "fragment": _fragment,
    "split": _split,
    "elided": _elided,
    "bracketed": _bracketed,
    "altered": _altered,
    "dropped": _dropped,
    "added": _added,
    "spelling": _spelt,
    "spliced-marked": _spliced,
    "spliced-unmarked": _joined,
    "reordered": _turned,
    "not-found": _strange,
    "not-found-near": _near,
    "invented beside genuine": _invented,
}
