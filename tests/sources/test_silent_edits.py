"""Real statements that were edited silently, against an independent list of these edits."""

import json
import re
from collections import defaultdict

import pytest

from tests.sources.golden import read_everything
from tests.support.shared_captures import SHARED

pytestmark = pytest.mark.slow  # hundreds of captures of whole feeds


@pytest.mark.parametrize(
    ("name", "captures"),
    [
        ("state_gov", "state.gov-feed-2022"),
        ("whitehouse_2021", "whitehouse.gov-feed-2021"),
    ],
)
def test_every_silent_edit_is_a_second_text_and_nothing_else_is(name: str, captures: str) -> None:
    texts: dict[str, set[str]] = defaultdict(set)
    for reading in read_everything(name).readings:
        texts[reading.identifier].add(reading.text)
    edits = json.loads((SHARED / "web" / f"{captures}.edits.json").read_text(encoding="utf-8"))

    edited = {edit["guid"] for edit in edits if not only_spaces(edit["ops"])}

    assert {identifier for identifier, versions in texts.items() if len(versions) > 1} == edited


def only_spaces(changes: list[list[str]]) -> bool:
    """Return whether only white space before a full stop or comma changed."""
    return all(re.sub(r"\s+(?=[.,])", "", after) == before for _, before, after in changes)


def test_the_sentence_on_the_peshmerga_is_gone_from_the_second_text() -> None:
    texts: dict[str, str] = {}
    for reading, captured in read_everything("state_gov").readings.items():
        if reading.identifier.endswith("page_id=343252"):
            texts.setdefault(reading.text, captured)

    (before, first), (after, second) = texts.items()

    assert (first, second) == ("2022-05-11T16:45:57+00:00", "2022-05-11T21:06:04+00:00")
    gone = set(before.replace("\n", " ").split(". ")) - set(after.replace("\n", " ").split(". "))
    assert any("Peshmerga" in sentence for sentence in gone)
