"""T7: time is UTC, and the offset of our clock from the servers' is recorded."""

from pathlib import Path

import pytest

from archive.models import Outcome, Role
from archive.verification_finding import Grade
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.read_exchanges import read_exchanges
from tests.support.whole_archives import Archive, list_warc_files, make_exchange, run_check


@pytest.mark.parametrize(("seconds", "flagged"), [(7200.0, True), (-7200.0, True), (3.0, False)])
def test_captures_made_with_the_clock_two_hours_off_are_flagged(
    tmp_path: Path, seconds: float, flagged: bool
) -> None:
    facts = CaptureMetadata(role=Role.PAGE, outcome=Outcome.OK, date_offset=seconds)
    with Archive(tmp_path / "archive") as archive:
        for number in range(3):
            archive.store.add(make_exchange(number), facts)

    notes = [finding for finding in run_check(archive.home, deep=True) if finding.check == "clock"]

    assert [note.grade for note in notes] == ([Grade.NOTED] if flagged else [])
    (path,) = list_warc_files(archive.home)
    for stored in read_exchanges(path):
        assert stored.captured.utcoffset().total_seconds() == 0  # type: ignore[union-attr]
