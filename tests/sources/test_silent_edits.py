"""Real statements that were edited without a word, found by someone else in the same captures."""

import json
import re
from collections import defaultdict

import pytest

from scrapers.read import discover
from scrapers.source import load_sources
from tests.shared_captures import SHARED, shared_captures


@pytest.mark.parametrize(
    ("name", "captures"),
    [
        ("state_gov", "state.gov-feed-2022"),
        ("whitehouse_2021", "whitehouse.gov-feed-2021"),
    ],
)
def test_every_silent_edit_is_a_second_text_and_nothing_else_is(name: str, captures: str) -> None:
    texts: dict[str, set[str]] = defaultdict(set)
    for fetched in shared_captures(captures):
        for reading in discover(fetched, load_sources()[name]).readings:
            texts[reading.identifier].add(reading.text)
    told = json.loads((SHARED / "web" / f"{captures}.edits.json").read_text(encoding="utf-8"))

    edited = {edit["guid"] for edit in told if not only_spaces(edit["ops"])}

    assert {identifier for identifier, of_it in texts.items() if len(of_it) > 1} == edited


def only_spaces(changes: list[list[str]]) -> bool:
    """Say whether all that changed is white space before a full stop: a line break in the source."""
    return all(re.sub(r"\s+(?=[.,])", "", after) == before for _, before, after in changes)


def test_the_sentence_on_the_peshmerga_is_gone_from_the_second_text() -> None:
    texts: dict[str, str] = {}
    for fetched in shared_captures("state.gov-feed-2022"):
        for reading in discover(fetched, load_sources()["state_gov"]).readings:
            if reading.identifier.endswith("page_id=343252"):
                texts.setdefault(reading.text, fetched.capture.captured.isoformat())

    (before, first), (after, second) = texts.items()

    assert (first, second) == ("2022-05-11T16:45:57+00:00", "2022-05-11T21:06:04+00:00")
    gone = set(before.replace("\n", " ").split(". ")) - set(after.replace("\n", " ").split(". "))
    assert any("Peshmerga" in sentence for sentence in gone)
