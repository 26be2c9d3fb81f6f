"""T3: what is hashed is the stored record, never a replay of it."""

import zipfile
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from archive.exports.wacz import export
from tests.trust.attacks import Victim


def test_two_exports_hold_records_with_the_same_hashes(
    tmp_path: Path, victim: Victim, catalogue: Connection
) -> None:
    sums = []
    for name in ("one.wacz", "two.wacz"):
        export(victim.home, catalogue, tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as wacz:
            members = (member for member in wacz.namelist() if member.startswith("archive/"))
            sums.append({member: sha256(wacz.read(member)).hexdigest() for member in members})

    assert sums[0] == sums[1]
    assert sums[0]
