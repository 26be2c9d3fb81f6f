"""T20: packs and documents state what is proved and what is not."""

from tests.support.paths import ROOT
from tests.trust.attacks import Victim

NOT_PROVED = "That this server sent these bytes to us at that moment: that is on our word."


def test_every_pack_says_what_it_does_not_prove(victim: Victim) -> None:
    text = (victim.pack / "README.txt").read_text()

    assert NOT_PROVED in text
    assert "WHAT IT PROVES" in text


def test_the_documents_state_it_too() -> None:
    docs = ROOT / "docs"

    assert "on our word" in (docs / "trust.md").read_text()
