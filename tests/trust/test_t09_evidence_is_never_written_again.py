"""T9: evidence is never written again; work happens on copies."""

from hashlib import sha256
from pathlib import Path

from tests.conftest import Run


def state(folder: Path) -> dict[Path, tuple[int, int, str]]:
    return {
        path: (path.stat().st_mode, path.stat().st_mtime_ns, sha256(path.read_bytes()).hexdigest())
        for path in (folder / "warc").rglob("*.warc.gz")
    }


def test_a_rebuild_changes_no_evidence(panel_archive: Run, archive_folder: Path) -> None:
    before = state(archive_folder)

    assert panel_archive("rebuild").exit_code == 0
    assert panel_archive("search", '"held without charge"').exit_code == 0

    assert before
    assert state(archive_folder) == before
    assert {mode & 0o777 for mode, _, _ in before.values()} == {0o444}
