"""Every attack in the table is detected."""

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.exports.wacz import export
from archive.integrity import verify_wacz
from archive.verification_finding import Grade
from tests.trust.attacks import (
    ATTACKS,
    PACK_ATTACKS,
    Act,
    Attack,
    Victim,
    first_fault,
    verify_attacked_pack,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_caught(victim: Victim, attack: Attack) -> None:
    assert first_fault(victim, attack)


@pytest.mark.parametrize(("name", "act"), PACK_ATTACKS)
def test_a_pack_that_was_changed_does_not_verify(victim: Victim, name: str, act: Act) -> None:
    for answer in verify_attacked_pack(victim, act):
        assert not answer.verified, name


@pytest.fixture
def packed(tmp_path: Path, victim: Victim, catalogue: Connection) -> Path:
    path = tmp_path / "all.wacz"
    export(victim.home, catalogue, path)
    return path


def worst_grade(path: Path, victim: Victim) -> Grade:
    return max(finding.grade for finding in verify_wacz.verify_wacz(path, victim.key))


def test_an_exported_wacz_agrees_with_its_log(packed: Path, victim: Victim) -> None:
    assert worst_grade(packed, victim) is Grade.OK


def forge(packed: Path, name: str, before: bytes, after: bytes) -> Path:
    """Return a copy with a member changed and its manifest recomputed to match."""
    import json
    from hashlib import sha256

    path = packed.with_name("forged.wacz")
    with zipfile.ZipFile(packed) as old:
        members = {member: old.read(member) for member in old.namelist()}
    target = next(member for member in members if member.startswith(name))
    changed = bytearray(members[target])
    position = len(changed) // 2
    changed[position] ^= 1
    members[target] = members[target].replace(before, after) if before else bytes(changed)
    package = json.loads(members["datapackage.json"])
    for resource in package["resources"]:
        resource["hash"] = f"sha256:{sha256(members[resource['path']]).hexdigest()}"
    members["datapackage.json"] = json.dumps(package).encode()
    digest = {"path": "datapackage.json"}
    digest["hash"] = f"sha256:{sha256(members['datapackage.json']).hexdigest()}"
    members["datapackage-digest.json"] = json.dumps(digest).encode()
    with zipfile.ZipFile(path, "w") as new:
        for member, data in members.items():
            new.writestr(member, data)
    return path


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("archive/", b"", b""),
        ("provenance/entries.jsonl", b"example/17", b"example/71"),
        ("provenance/checkpoint", b"\n67\n", b"\n66\n"),
    ],
)
def test_a_wacz_forged_together_with_its_manifest_is_detected(
    packed: Path, victim: Victim, name: str, before: bytes, after: bytes
) -> None:
    assert worst_grade(forge(packed, name, before, after), victim) is Grade.FAILED
