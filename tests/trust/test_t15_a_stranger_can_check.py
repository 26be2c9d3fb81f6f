"""T15: third parties verify without us, offline, with standard tools."""

import subprocess
import sys
from pathlib import Path

from tests.support.evidence_packs import verify_with_python, verify_with_shell
from tests.support.whole_archives import list_warc_files
from tests.trust.attacks import Victim

BARE = {"PATH": "/usr/bin:/bin"}


def test_a_pack_verifies_with_a_shell_and_with_a_bare_python(victim: Victim) -> None:
    for answer in (verify_with_shell(victim.pack), verify_with_python(victim.pack)):
        assert answer.verified, answer.text


def test_sha256sum_checks_every_file_of_a_pack(victim: Victim) -> None:
    check = ["sha256sum", "--strict", "--check", "SHA256SUMS"]
    result = subprocess.run(check, cwd=victim.pack, env=BARE, capture_output=True)

    assert result.returncode == 0


def test_openssl_checks_the_timestamp(victim: Victim) -> None:
    check = ["openssl", "ts", "-verify", "-in", "tokens/local.tsr", "-data", "checkpoint"]
    trust = ["-CAfile", "tokens/local.pem"]
    result = subprocess.run([*check, *trust], cwd=victim.pack, env=BARE, capture_output=True)

    assert result.returncode == 0, result.stderr


def test_warcio_checks_the_evidence(victim: Victim) -> None:
    command = Path(sys.executable).with_name("warcio")
    paths = [*list_warc_files(victim.home), victim.pack / "record.warc.gz"]
    result = subprocess.run([command, "check", *paths], capture_output=True)

    assert result.returncode == 0
