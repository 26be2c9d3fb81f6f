"""T5: deletion, insertion, reordering and truncation are found."""

import pytest

from tests.trust.attacks import ATTACKS, Victim, caught

CHANGES = {
    "an entry removed",
    "the newest entry removed",
    "an entry inserted",
    "entries reordered",
    "a WARC file cut short",
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_the_signed_head_gives_it_away(victim: Victim, name: str) -> None:
    (attack,) = [one for one in ATTACKS if one.name == name]

    assert not attack.elsewhere
    assert caught(victim, attack)
