"""T8: every record answers who, what and how; what is withheld says so."""

from pathlib import Path

from archive.warc.read_exchanges import read_exchanges
from archive.warc.record_reader import read_records
from tests.support.whole_archives import fill_archive, list_warc_files
from tests.trust.attacks import Victim


def test_every_capture_states_its_request_and_the_software(tmp_path: Path) -> None:
    (path,) = list_warc_files(fill_archive(tmp_path / "archive", 3))

    first, *_ = read_records(path)
    assert b"software: OnRecord/" in first.block
    for stored in read_exchanges(path):
        assert {record.header.kind for record in stored.related} == {"request", "metadata"}
        assert stored.metadata is not None
        assert stored.metadata.role
        assert stored.record.header.get("WARC-IP-Address")


def test_a_pack_says_that_the_operator_is_withheld(victim: Victim) -> None:
    text = (victim.pack / "not-captured.txt").read_text()

    assert "Who fetched it, from which address: withheld" in text
