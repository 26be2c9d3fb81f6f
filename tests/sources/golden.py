"""Readings of real captures as hashes and fields, because the texts are under copyright.

`python -m tests.sources.golden NAME…` rewrites tests/sources/<name>.json. Do that only after a
person has reviewed what has changed.
"""

import hashlib
import json
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from archive.models import Problem, Reading
from scrapers.read.reader import discover, read_page
from scrapers.source_format.load_source import load_sources
from tests.support.shared_captures import shared_captures

FOLDER = Path(__file__).parent
MAX_SHOWN = 40

# The file of captures that each source is tested on.
CAPTURES = {
    "un_press": "press.un.org",
    "europarl": "europarl.europa.eu",
    "whitehouse_2017": "whitehouse.gov",
    "state_gov": "state.gov-feed-2022",
    "gov_uk": "gov.uk",
    "kremlin": "kremlin.ru",
    "whitehouse_2021": "whitehouse.gov-feed-2021",
    "obamawhitehouse": "whitehouse",
    "un_news": "news.un.org",
    "amnesty": "amnesty.org",
    "amnesty_de": "amnesty.de",
    "mofa_kr": "mofa.go.kr",
    "ec_press": "ec.europa.eu",
    "bundeskanzleramt": "bundeskanzleramt.gv.at",
    "us_house_ruiz": "ruiz.house.gov",
    "hrw": "hrw.org",
    "auswaertiges_amt": "auswaertiges-amt.de",
}


@dataclass(frozen=True)
class SourceContents:
    """All readings and problems of a source's captures."""

    readings: dict[Reading, str]  # reading → instant of its first capture
    problems: list[Problem]
    captures: int  # captures of its pages and listings


@cache
def read_everything(name: str) -> SourceContents:
    """Read all captures of a source; once, for all tests that ask."""
    source = load_sources()[name]
    contents = SourceContents({}, [], 0)
    capture_count = 0
    listings = set(source.listing_urls({"reliefweb_appname": "onrecord"}))
    for fetched in shared_captures(CAPTURES[name]):
        url = fetched.capture.url
        if not source.is_statement_url(url) and url not in listings:
            continue
        capture_count += 1
        result = (read_page if source.is_statement_url(url) else discover)(fetched, source)
        contents.problems.extend(result.problems)
        for reading in result.readings:
            contents.readings.setdefault(reading, fetched.capture.captured.isoformat())
    return replace(contents, captures=capture_count)


def summary(name: str) -> dict[str, Any]:
    """Return the readings as counts, fields and digests."""
    contents = read_everything(name)
    readings = list(contents.readings)
    ids = sorted({reading.identifier for reading in readings})
    texts = sorted({f"{r.identifier} {r.text_sha256}" for r in readings})
    return {
        "captures": contents.captures,
        "statements": len(ids),
        "texts": len(texts),
        "all_texts_sha256": hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        "problems": sorted({str(problem) for problem in contents.problems})[:MAX_SHOWN],
        "readings": [summarize(reading) for reading in readings[:: len(readings) // MAX_SHOWN + 1]],
    }


def summarize(reading: Reading) -> dict[str, Any]:
    """Return a reading's fields, with a digest for its text."""
    issued = reading.issued
    return {
        "identifier": reading.identifier,
        "url": reading.url,
        "title": reading.title,
        "issued": [issued.value, issued.printed, issued.read_from] if issued else None,
        "modified": reading.modified,
        "issuer": reading.issuer,
        "speakers": list(reading.speakers),
        "venue": reading.venue,
        "kind": reading.kind,
        "lang": reading.lang,
        "reader": reading.reader,
        "translations": len(reading.translations),
        "words": len(reading.text.split()),
        "blocks": reading.text.count("\n") + 1,
        "text_sha256": reading.text_sha256,
    }


def main(names: list[str]) -> None:
    """Write the golden files of the sources called `names`, or of all."""
    for name in names or list(CAPTURES):
        text = json.dumps(summary(name), indent=1, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
