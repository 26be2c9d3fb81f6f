"""T4: a change of any one bit is found, in any file."""

import random
import shutil
from pathlib import Path

from tests.support.whole_archives import flip_bit
from tests.trust.attacks import Victim, verify

PLACES = 200
KINDS = ("warc/**/*.gz", "log/entries.jsonl", "log/tile/**/*", "log/checkpoint*/*", "log/keys/*")


def test_two_hundred_random_bits_are_each_found(tmp_path: Path, victim: Victim) -> None:
    copy, chance = victim.copy(tmp_path), random.Random(4)
    for number in range(PLACES):
        kind = KINDS[number % len(KINDS)]
        path = chance.choice([one for one in sorted(copy.home.root.glob(kind)) if one.is_file()])
        place, bit = chance.randrange(path.stat().st_size), chance.randrange(8)
        kept = path.read_bytes()
        flip_bit(path, place, bit)

        found = verify(copy, elsewhere=False)

        assert found, f"{path.name} byte {place} bit {bit}"
        path.chmod(0o600)
        path.write_bytes(kept)
        path.chmod(0o444)
    assert shutil.disk_usage(tmp_path).free


def test_and_nothing_is_found_where_nothing_changed(victim: Victim) -> None:
    assert verify(victim, elsewhere=True) == []
