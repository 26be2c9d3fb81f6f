"""T16: keys change without breaking the past."""

import shutil
from pathlib import Path

from archive.log.signed_log import Log
from tests.support.evidence_packs import verify_with_python, verify_with_shell
from tests.support.whole_archives import NOON
from tests.trust.attacks import Victim, verify


def test_after_three_changes_of_keys_old_packs_and_checkpoints_verify(
    tmp_path: Path, victim: Victim
) -> None:
    copy = victim.copy(tmp_path)
    for _ in range(3):
        with Log.open_for_writing(copy.log, copy.home.keys) as log:
            log.rotate(NOON)

    assert verify(copy, elsewhere=True) == []
    assert verify_with_shell(copy.pack).verified
    assert verify_with_python(copy.pack).verified
    assert len(list((copy.log / "keys").iterdir())) == 4
    shutil.rmtree(copy.home.root)
