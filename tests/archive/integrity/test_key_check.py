from pathlib import Path

import pytest

from archive.log import keys
from archive.verification_finding import Finding, Grade
from tests.support.whole_archives import fill_archive, run_check


def key_findings(folder: Path) -> list[Finding]:
    findings = run_check(fill_archive(folder))
    return [finding for finding in findings if finding.object == "keys/log.pem"]


def findings_after(folder: Path, change: str) -> list[Finding]:
    home = fill_archive(folder)
    path = home.keys / "log.pem"
    match change:
        case "missing":
            path.unlink()
        case "open":
            path.chmod(0o644)
        case "another":
            keys.save_key(path, keys.new_key())
        case "damaged":
            path.write_bytes(bytes(path.stat().st_size))
    return [finding for finding in run_check(home) if finding.object == "keys/log.pem"]


def test_the_logs_own_key_is_no_finding(tmp_path: Path) -> None:
    assert key_findings(tmp_path / "archive") == []


@pytest.mark.parametrize(
    ("change", "grade", "words"),
    [
        ("missing", Grade.NOTED, "the private key is missing"),
        ("open", Grade.NOTED, "others can read it"),
        ("another", Grade.FAILED, "is not the key of this log"),
        ("damaged", Grade.FAILED, "expected a private key"),
    ],
)
def test_any_other_state_of_the_key_is_told(
    tmp_path: Path, change: str, grade: Grade, words: str
) -> None:
    (finding,) = findings_after(tmp_path / "archive", change)

    assert finding.grade is grade
    assert words in finding.detail
