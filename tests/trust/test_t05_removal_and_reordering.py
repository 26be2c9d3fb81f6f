"""T5: deletion, insertion, reordering and truncation are found."""

import pytest

from tests.trust.attacks import ATTACKS, Victim, first_fault

CHANGES = {
    "an entry removed",
    "the newest entry removed",
    "an entry inserted",
    "entries reordered",
    "a WARC file cut short",
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_the_signed_head_detects_it(victim: Victim, name: str) -> None:
    (attack,) = [attack for attack in ATTACKS if attack.name == name]

    assert not attack.elsewhere
    assert first_fault(victim, attack)
