"""T4: a change of any one bit is found, in any file."""

import random
import shutil
from pathlib import Path

from tests.support.counts import sampled
from tests.support.whole_archives import flip_bit
from tests.trust.attacks import Victim, verify

BIT_COUNT = sampled(40, 200)
KINDS = ("warc/**/*.gz", "log/entries.jsonl", "log/tile/**/*", "log/checkpoint*/*", "log/keys/*")


def test_random_bits_are_each_found(tmp_path: Path, victim: Victim) -> None:
    copy, rng = victim.copy(tmp_path), random.Random(4)
    for number in range(BIT_COUNT):
        kind = KINDS[number % len(KINDS)]
        path = rng.choice([p for p in sorted(copy.home.root.glob(kind)) if p.is_file()])
        position, bit = rng.randrange(path.stat().st_size), rng.randrange(8)
        original = path.read_bytes()
        flip_bit(path, position, bit)

        faults = verify(copy, elsewhere=False)

        assert faults, f"{path.name} byte {position} bit {bit}"
        path.chmod(0o600)
        path.write_bytes(original)
        path.chmod(0o444)
    assert shutil.disk_usage(tmp_path).free


def test_an_unchanged_archive_has_no_faults(victim: Victim) -> None:
    assert verify(victim, elsewhere=True) == []
