"""Every attack of the table is found out."""

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.exports.wacz import export
from archive.findings import Grade
from archive.integrity import verify_wacz
from tests.trust.attacks import ATTACKS, PACK_ATTACKS, Act, Attack, Victim, caught, caught_in_pack


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_caught(victim: Victim, attack: Attack) -> None:
    assert caught(victim, attack)


@pytest.mark.parametrize(("name", "act"), PACK_ATTACKS)
def test_a_pack_that_was_changed_does_not_verify(victim: Victim, name: str, act: Act) -> None:
    for answer in caught_in_pack(victim, act):
        assert not answer.verified, name


@pytest.fixture
def packed(tmp_path: Path, victim: Victim, catalogue: Connection) -> Path:
    out = tmp_path / "all.wacz"
    export(victim.home, catalogue, out)
    return out


def worst(path: Path, victim: Victim) -> Grade:
    return max(one.grade for one in verify_wacz.verify_wacz(path, victim.key))


def test_a_wacz_of_ours_holds_what_its_log_says(packed: Path, victim: Victim) -> None:
    assert worst(packed, victim) is Grade.OK


def forged(packed: Path, name: str, before: bytes, after: bytes) -> Path:
    """Return a copy with a page replaced and, as PROVENANCE has it, its manifest made to fit."""
    import json
    from hashlib import sha256

    out = packed.with_name("forged.wacz")
    with zipfile.ZipFile(packed) as old:
        held = {one: old.read(one) for one in old.namelist()}
    target = next(one for one in held if one.startswith(name))
    changed = bytearray(held[target])
    place = len(changed) // 2
    changed[place] ^= 1
    held[target] = held[target].replace(before, after) if before else bytes(changed)
    package = json.loads(held["datapackage.json"])
    for one in package["resources"]:
        one["hash"] = f"sha256:{sha256(held[one['path']]).hexdigest()}"
    held["datapackage.json"] = json.dumps(package).encode()
    digest = {"path": "datapackage.json"}
    digest["hash"] = f"sha256:{sha256(held['datapackage.json']).hexdigest()}"
    held["datapackage-digest.json"] = json.dumps(digest).encode()
    with zipfile.ZipFile(out, "w") as new:
        for one, data in held.items():
            new.writestr(one, data)
    return out


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("archive/", b"", b""),
        ("provenance/entries.jsonl", b"example/17", b"example/71"),
        ("provenance/checkpoint", b"\n67\n", b"\n66\n"),
    ],
)
def test_a_wacz_forged_together_with_its_manifest_is_found_out(
    packed: Path, victim: Victim, name: str, before: bytes, after: bytes
) -> None:
    assert worst(forged(packed, name, before, after), victim) is Grade.FAILED
