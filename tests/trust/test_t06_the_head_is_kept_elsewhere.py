"""T6: the log is append-only, and its head is anchored outside."""

from pathlib import Path

from tests.trust.attacks import Victim, log_rolled_back, rolled_back, verify, without_tokens


def test_a_log_rolled_back_to_last_week_no_longer_fits_the_files(
    tmp_path: Path, victim: Victim
) -> None:
    copy = victim.copy(tmp_path)
    log_rolled_back(copy)

    assert verify(copy, elsewhere=False)


def test_a_whole_archive_rolled_back_is_found_by_a_checkpoint_kept_elsewhere_only(
    tmp_path: Path, victim: Victim
) -> None:
    copy = victim.copy(tmp_path)
    rolled_back(copy)

    assert verify(copy, elsewhere=False) == []
    assert "entries are missing" in verify(copy, elsewhere=True)[0].detail


def test_a_log_rewritten_with_the_key_is_found_by_a_checkpoint_kept_elsewhere_only(
    tmp_path: Path, victim: Victim
) -> None:
    copy = victim.copy(tmp_path)
    without_tokens(copy)

    assert verify(copy, elsewhere=False) == []
    assert verify(copy, elsewhere=True)
