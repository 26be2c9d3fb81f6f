"""The nearest statement to a quotation that nothing has: offered, never asserted.

Translations and paraphrases share no run of words with their source. They share its content words,
or across languages its names and numbers, close together.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.engine import Document, Engine, Layer
from index.normalise import NormalisedText, normalise
from index.query_tree import Or, Prefix, Query, Stem
from index.quotes.words.tokenize_quote import TokenizedQuote
from index.stems import stem_words, stemming_language

_ASKED = 6  # words a search is made of
_LOOKED_AT = 4  # documents compared
_LEAST = 0.6  # of what the quotation's content words tell
_NAMES = 3  # names and numbers that a translation has to share

# Words that tell one language from another, not one text from another.
_COMMON = {
    "en": "the of and to in that is was for with on are this have not be by from they we he it has",
    "fr": "le la les des et est une dans pour que qui sur par avec pas sont cette nous au aux du",
    "es": "el la los las de que y en es una por con para del se no este esta como sus al",
    "de": "der die das und ist nicht ein eine den von mit zu auf für dem des sich auch wir im",
    "it": "il la le di che e non un una per con sono della del nel alla gli questo anche",
    "pt": "o a os as de que e em um uma para com não por do da dos das se mais",
    "ru": "и в не на что с по он как это к из у за от мы для они но его",
    "uk": "і в не на що з та як це до із за від ми для вони але його",
}
_WORDS = {name: frozenset(words.split()) for name, words in _COMMON.items()}
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ"
_LETTERS = """
a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i i e g
"""
_LATIN = str.maketrans(dict(zip(_CYRILLIC, _LETTERS.split(), strict=True)))


@dataclass(frozen=True, slots=True)
class NearestStatement:
    """Characters start–end of a document, which say something like a quotation."""

    document: Document
    start: int
    end: int
    share: float  # of what the quotation's words tell, 0 to 1
    translated: bool  # the quotation is in another language


def find_nearest(
    engine: Engine,
    cut: TokenizedQuote,
    told: Sequence[float],
    *,
    layer: Layer,
    keep: Callable[[str], bool],
) -> NearestStatement | None:
    """Return the passage that shares most of what a quotation says, if it shares enough.

    `told` is how much each of its words tells; `keep` says which statements may be named.
    """
    spoken = spoken_in(cut.words)
    content = _content(cut, told, spoken)
    if len(content) < 4:
        return None
    words = list(content)
    held = [word for word, count in zip(words, engine.term_counts(words), strict=True) if count]
    asked = sorted(held, key=lambda word: -content[word])[:_ASKED]
    parts: list[Stem | Prefix] = [Stem((word,)) for word in asked]
    parts += [Prefix(_carried(name)) for name in _names(cut) if _is_cyrillic(name)][:_ASKED]
    if not parts:
        return None
    query = Query(" ".join(asked), Or(tuple(parts)))
    results = engine.search(query, limit=_LOOKED_AT, layer=layer, facets=False)
    best: NearestStatement | None = None
    for hit in results.hits:
        if not keep(hit.statement):
            continue
        document = engine.get(hit.key)
        found = _in_document(document, cut, content, spoken)
        if found is not None and (best is None or found.share > best.share):
            best = found
    return best


def spoken_in(words: Sequence[str]) -> str:
    """Return the language that most common words of a text are of; "" where that is not clear."""
    counts = {name: sum(word in common for word in words) for name, common in _WORDS.items()}
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    (first, most), (_, next_) = ordered[0], ordered[1]
    return first if most >= 2 and most > next_ else ""


def _content(cut: TokenizedQuote, told: Sequence[float], spoken: str) -> dict[str, float]:
    common = _WORDS.get(spoken, frozenset())
    return {
        word: told[n]
        for n, word in enumerate(cut.words)
        if word not in common and (len(word) > 3 or word.isdigit())
    }


def _in_document(
    document: Document, cut: TokenizedQuote, content: dict[str, float], spoken: str
) -> NearestStatement | None:
    """Return the stretch, as long as one and a half quotations, that shares most."""
    normal = normalise(document.text)
    held = spoken_in(normal.words[:400]) or stemming_language(document.lang)
    if spoken and held and spoken != held:
        names = {_carried(word): 1.0 for word in _names(cut)}
        return _best(document, normal, names, cut, translated=True) if names else None
    name = stemming_language(document.lang) or "en"
    stems = dict(zip(stem_words(name, list(content)), content.values(), strict=True))
    return _best(document, normal, stems, cut, translated=False, name=name)


def _best(
    document: Document,
    normal: NormalisedText,
    wanted: dict[str, float],
    cut: TokenizedQuote,
    *,
    translated: bool,
    name: str = "",
) -> NearestStatement | None:
    theirs = (
        [_carried(w) for w in normal.words] if translated else stem_words(name, list(normal.words))
    )
    size = max(12, len(cut.words) * 3 // 2)
    whole = sum(wanted.values())
    inside: Counter[str] = Counter()
    places = [n for n, word in enumerate(theirs) if word in wanted]
    best, first, last, low = 0.0, 0, 0, 0
    weight = 0.0
    for high, place in enumerate(places):
        word = theirs[place]
        weight += wanted[word] * (not inside[word])
        inside[word] += 1
        while place - places[low] >= size:
            gone = theirs[places[low]]
            inside[gone] -= 1
            weight -= wanted[gone] * (not inside[gone])
            low += 1
        if weight > best + 1e-9:
            best, first, last = weight, places[low], places[high]
    share = best / whole if whole else 0.0
    if share < _LEAST or (translated and best < _NAMES):
        return None
    start, end = normal.span(first, last + 1)
    return NearestStatement(document, start, end, round(share, 4), translated)


def _names(cut: TokenizedQuote) -> list[str]:
    """Return the proper names and numbers of a quotation: what a translation keeps."""
    return [
        word
        for n, word in enumerate(cut.words)
        if (word.isdigit() and len(word) > 1)
        or (len(word) > 3 and n not in cut.sentences and cut.text[cut.starts[n]].isupper())
    ]


def _carried(word: str) -> str:
    """Return a name as it may look in another script or case: its first letters, in Latin."""
    latin = word.translate(_LATIN).replace("-", "") if _is_cyrillic(word) else word
    return latin if latin.isdigit() else latin[:5]


def _is_cyrillic(word: str) -> bool:
    return re.search("[а-яіїєґ]", word) is not None
