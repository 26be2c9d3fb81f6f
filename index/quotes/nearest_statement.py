"""Find the statement nearest to a quotation that no statement has: offered, never asserted.

Translations and paraphrases share no run of words with their source. They share its content words,
or across languages its names and numbers, close together.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.text.number_format import decimal_mark
from index.engine_interface import Document, Engine, Layer
from index.query_tree import Or, Prefix, Query, Stem
from index.quotes.words.tokenize_quote import TokenizedQuote
from index.stems import stem_words, stemming_language
from index.text_to_words import NormalisedText, normalise

_QUERY_WORDS = 6  # of one search
_MAX_DOCUMENTS = 4  # compared
_MIN_WEIGHT_SHARE = 0.6  # of the weight of the quotation's content words
_MIN_SHARED_NAMES = 3  # names and numbers that a translation must share

# Words that distinguish languages, not texts.
_COMMON_WORD_LISTS = {
    "en": "the of and to in that is was for with on are this have not be by from they we he it has",
    "fr": "le la les des et est une dans pour que qui sur par avec pas sont cette nous au aux du",
    "es": "el la los las de que y en es una por con para del se no este esta como sus al",
    "de": "der die das und ist nicht ein eine den von mit zu auf für dem des sich auch wir im",
    "it": "il la le di che e non un una per con sono della del nel alla gli questo anche",
    "pt": "o a os as de que e em um uma para com não por do da dos das se mais",
    "ru": "и в не на что с по он как это к из у за от мы для они но его",
    "uk": "і в не на що з та як це до із за від ми для вони але його",
}
_COMMON_WORDS = {name: frozenset(words.split()) for name, words in _COMMON_WORD_LISTS.items()}
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ"
_LATIN_LETTERS = """
a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i i e g
"""
_TO_LATIN = str.maketrans(dict(zip(_CYRILLIC, _LATIN_LETTERS.split(), strict=True)))


@dataclass(frozen=True, slots=True)
class NearestStatement:
    """Characters start–end of a document, which resemble a quotation in content."""

    document: Document
    start: int
    end: int
    share: float  # of the weight of the quotation's words, 0 to 1
    translated: bool  # the quotation is in another language


def find_nearest(
    engine: Engine,
    quote: TokenizedQuote,
    weights: Sequence[float],
    *,
    layer: Layer,
    is_allowed: Callable[[str], bool],
) -> NearestStatement | None:
    """Return the passage that shares most of a quotation's weight, if it shares enough.

    `weights` are those of its words; `is_allowed` says which statements may be named.
    """
    lang = detect_language(quote.words)
    content = _content_weights(quote, weights, lang)
    if len(content) < 4:
        return None
    words = list(content)
    indexed = [word for word, count in zip(words, engine.term_counts(words), strict=True) if count]
    query_words = sorted(indexed, key=lambda word: -content[word])[:_QUERY_WORDS]
    parts: list[Stem | Prefix] = [Stem((word,)) for word in query_words]
    parts += [Prefix(_name_key(name)) for name in _names_and_numbers(quote) if _is_cyrillic(name)][
        :_QUERY_WORDS
    ]
    if not parts:
        return None
    query = Query(" ".join(query_words), Or(tuple(parts)))
    results = engine.search(query, limit=_MAX_DOCUMENTS, layer=layer, facets=False)
    best: NearestStatement | None = None
    for hit in results.hits:
        if not is_allowed(hit.statement):
            continue
        document = engine.get(hit.key)
        nearest = _nearest_in_document(document, quote, content, lang)
        if nearest is not None and (best is None or nearest.share > best.share):
            best = nearest
    return best


def detect_language(words: Sequence[str]) -> str:
    """Return the language of most common words in a text; "" where that is not clear."""
    counts = {name: sum(word in common for word in words) for name, common in _COMMON_WORDS.items()}
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    (lang, best_count), (_, next_count) = ranked[0], ranked[1]
    return lang if best_count >= 2 and best_count > next_count else ""


def _content_weights(
    quote: TokenizedQuote, weights: Sequence[float], lang: str
) -> dict[str, float]:
    common = _COMMON_WORDS.get(lang, frozenset())
    return {
        word: weights[n]
        for n, word in enumerate(quote.words)
        if word not in common and (len(word) > 3 or word.isdigit())
    }


def _nearest_in_document(
    document: Document, quote: TokenizedQuote, weights: dict[str, float], quote_lang: str
) -> NearestStatement | None:
    """Return the stretch, at most one and a half quotations long, that shares most weight."""
    normalised = normalise(document.text, decimal_mark(document.lang))
    document_lang = detect_language(normalised.words[:400]) or stemming_language(document.lang)
    if quote_lang and document_lang and quote_lang != document_lang:
        names = {_name_key(word): 1.0 for word in _names_and_numbers(quote)}
        return _best_stretch(document, normalised, names, quote, translated=True) if names else None
    stem_lang = stemming_language(document.lang) or "en"
    stems = dict(zip(stem_words(stem_lang, list(weights)), weights.values(), strict=True))
    return _best_stretch(document, normalised, stems, quote, translated=False, stem_lang=stem_lang)


def _best_stretch(
    document: Document,
    normalised: NormalisedText,
    weights: dict[str, float],
    quote: TokenizedQuote,
    *,
    translated: bool,
    stem_lang: str = "",
) -> NearestStatement | None:
    document_keys = (
        [_name_key(word) for word in normalised.words]
        if translated
        else stem_words(stem_lang, list(normalised.words))
    )
    size = max(12, len(quote.words) * 3 // 2)
    total_weight = sum(weights.values())
    counts: Counter[str] = Counter()
    positions = [n for n, word in enumerate(document_keys) if word in weights]
    best_weight, first, last, low = 0.0, 0, 0, 0
    weight = 0.0
    for high, position in enumerate(positions):
        word = document_keys[position]
        weight += weights[word] * (not counts[word])
        counts[word] += 1
        while position - positions[low] >= size:
            dropped = document_keys[positions[low]]
            counts[dropped] -= 1
            weight -= weights[dropped] * (not counts[dropped])
            low += 1
        if weight > best_weight + 1e-9:
            best_weight, first, last = weight, positions[low], positions[high]
    share = best_weight / total_weight if total_weight else 0.0
    if share < _MIN_WEIGHT_SHARE or (translated and best_weight < _MIN_SHARED_NAMES):
        return None
    start, end = normalised.span(first, last + 1)
    return NearestStatement(document, start, end, round(share, 4), translated)


def _names_and_numbers(quote: TokenizedQuote) -> list[str]:
    """Return the proper names and numbers of a quotation: what a translation keeps."""
    return [
        word
        for n, word in enumerate(quote.words)
        if (word.isdigit() and len(word) > 1)
        or (
            len(word) > 3
            and n not in quote.sentence_starts
            and quote.text[quote.starts[n]].isupper()
        )
    ]


def _name_key(word: str) -> str:
    """Return a key equal across scripts and cases: the first five letters, in Latin script."""
    latin = word.translate(_TO_LATIN).replace("-", "") if _is_cyrillic(word) else word
    return latin if latin.isdigit() else latin[:5]


def _is_cyrillic(word: str) -> bool:
    return re.search("[а-яіїєґ]", word) is not None
