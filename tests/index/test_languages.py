"""Quotes cut from real texts in many languages are found again at their exact offsets."""

import gzip
import json
import random
from collections import defaultdict
from pathlib import Path

import pytest

from index.engines.whoosh import WhooshEngine
from index.query_parser import parse
from index.text_to_words import words_of
from tests.support.counts import sampled
from tests.support.index_documents import statement
from tests.support.paths import SHARED

DECLARATIONS = SHARED / "corpora" / "udhr_multilingual.jsonl.gz"


@pytest.mark.slow
@pytest.mark.skipif(not DECLARATIONS.exists(), reason="needs ../shared/corpora")
def test_quotes_of_every_language_are_found_again(tmp_path: Path) -> None:
    texts: dict[str, list[str]] = defaultdict(list)
    documents = []
    with gzip.open(DECLARATIONS, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            texts[record["lang"]].append(record["text"])
            documents.append(statement(record["text"], record["id"], lang=record["lang"]))
    engine = WhooshEngine(tmp_path)
    engine.update(documents)
    quotes = sampled(2, 200)  # 200 takes five minutes

    random_ = random.Random(1)
    missing = []
    for language, record in texts.items():
        for _ in range(quotes):
            text = random_.choice(record)
            start = random_.randrange(max(1, len(text) - 80))
            quote = text[start : start + random_.randrange(12, 80)].split(" ", 1)[-1]
            quote = quote.rsplit(" ", 1)[0].replace('"', " ").replace("*", " ")
            quote = "".join(" " if char in "“”„‟«»＂" else char for char in quote)
            words = words_of(quote)
            if not words or words_of(quote + text[start : start + 1]) == []:
                continue
            results = engine.search(parse(f'"{quote}"'), limit=600, facets=False)
            hit_texts = [hit.text for hit in results.hits]
            if not any(_holds(text, words) for text in hit_texts):
                missing.append((language, quote))
            for hit in results.hits:
                for a, b in hit.passages:
                    assert words_of(hit.text[a:b]) == words
    # A cut may fall inside a word or cluster; those are no words of the text.
    assert [quote for quote in missing if _whole(texts[quote[0]], quote[1])] == []


def _holds(text: str, words: list[str]) -> bool:
    return f" {' '.join(words)} " in f" {' '.join(words_of(text))} "


def _whole(texts: list[str], quote: str) -> bool:
    return any(_holds(text, words_of(quote)) for text in texts)
