"""What an erasure removes, refuses, waits for, names and tells; through the command line."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from archive.archive_folder import ArchiveFolder
from archive.log.signed_log import Log
from archive.models import Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from archive.warc.write.received_exchanges import ReceivedExchanges
from tests.conftest import Run
from tests.support.erased_words import (
    ERASED,
    NAME,
    OTHER,
    SITE,
    WORDS,
    files_with,
    fill,
    ids,
    page,
    write_visits,
)
from tests.support.paths import ROOT
from tests.support.warc_files import NOON, http_response

ORDER = ("--reason", "asked for", "--who", "the board", "--yes")
_READER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM version").fetchall()
print("reading", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    return write_visits(tmp_path)


@pytest.fixture
def filled(run: Run, archive_folder: Path, visits: Path) -> Run:
    fill(run, archive_folder, visits)
    return run


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@contextmanager
def reader_of(archive: Path) -> Iterator["subprocess.Popen[str]"]:
    """Yield another process that holds a snapshot of the catalogue."""
    command = [sys.executable, "-c", _READER, str(archive / "catalogue.sqlite")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "reading\n"
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait()


def test_no_file_of_the_archive_has_the_words_and_the_rest_is_there(
    filled: Run, archive_folder: Path
) -> None:
    before = files_with(archive_folder)
    assert {Path(name).suffix for name in before} >= {".sqlite", ".gz", ".torn", ".jsonl"}

    erased = filled("erase", ERASED, *ORDER)

    assert erased.exit_code == 0, erased.output
    assert files_with(archive_folder) == []
    assert filled("search", '"harbour master"').exit_code == 1
    assert OTHER in ids(filled("search", "--json", "channel").stdout)
    assert filled("verify", "--deep").exit_code == 0


@pytest.mark.parametrize("name", [ERASED, f"{SITE}/statements/c.html", "entry", "capture"])
def test_it_is_erased_by_id_address_entry_or_capture_and_again_without_harm(
    filled: Run, archive_folder: Path, name: str
) -> None:
    record = json.loads(filled("show", ERASED, "--json").stdout)["capture"]
    with Log.open_for_reading(ArchiveFolder(archive_folder).log) as log:
        ((entry, _),) = log.find("id", record)
    target = {"entry": str(entry), "capture": record}.get(name, name)

    first = filled("erase", target, *ORDER, "--json")
    second = filled("erase", target, *ORDER, "--json")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert record in objects(first.stdout)[0]["captures"]
    assert objects(second.stdout)[0]["captures"] == []
    assert objects(second.stdout)[0]["entry"] == objects(first.stdout)[0]["entry"]
    assert len(objects(filled("erase", "--status", "--json").stdout)) == 1


def test_what_was_never_there_is_an_error(filled: Run) -> None:
    assert filled("erase", "quay:z", *ORDER).exit_code == 4
    assert filled("erase", "99999", *ORDER).exit_code == 4
    assert filled("erase", f"{SITE}/statements/z.html", *ORDER).exit_code == 4
    assert filled("erase", ERASED, "--yes").exit_code == 2


def test_news_alerts_watches_and_feed_files_of_it_go(filled: Run, archive_folder: Path) -> None:
    news = archive_folder / "news.json"
    filled("watch", "check")
    assert ERASED in filled("watch", "news", "--json").stdout

    filled("erase", ERASED, *ORDER)

    assert ERASED not in filled("watch", "news", "--json").stdout
    assert OTHER in filled("watch", "news", "--json").stdout
    assert WORDS not in filled("watch", "list", "--json").stdout
    assert not news.exists() or ERASED not in news.read_text(encoding="utf-8")


def test_a_capture_in_quarantine_and_one_waiting_to_be_stored_go_too(
    filled: Run, archive_folder: Path
) -> None:
    url = f"{SITE}/statements/c.html"
    exchange = Exchange(
        url=url, started=NOON, request=b"", response=http_response(page("c", WORDS))
    )
    metadata = CaptureMetadata(role=Role.PAGE, outcome=Outcome.SUSPECT, source="quay")
    keeping = ReceivedExchanges(archive_folder / "received").kept(exchange, metadata)
    keeping.__enter__()  # a process that dies meanwhile leaves the file
    assert "received" in " ".join(files_with(archive_folder))

    erased = filled("erase", ERASED, *ORDER)

    assert erased.exit_code == 0, erased.output
    assert files_with(archive_folder) == []
    assert filled("quarantine", "list", "--json").stdout == ""


def test_links_of_it_go(filled: Run, archive_folder: Path) -> None:
    filled("link", ERASED, "responds-to", OTHER)
    links = archive_folder / "links.jsonl"
    assert ERASED in links.read_text(encoding="utf-8")

    filled("erase", ERASED, *ORDER)

    assert ERASED not in links.read_text(encoding="utf-8")


def test_the_log_does_not_tell_what_was_erased(filled: Run, archive_folder: Path) -> None:
    filled("erase", ERASED, *ORDER)

    log = (archive_folder / "log" / "entries.jsonl").read_bytes()
    assert ERASED.encode() not in log
    assert b"c.html" not in log
    assert NAME not in log


def test_exports_packs_and_comparisons_that_hold_it_are_named(
    filled: Run, archive_folder: Path, tmp_path: Path
) -> None:
    filled("prove", ERASED, "--out", tmp_path / "pack-c.zip")
    filled("prove", OTHER, "--out", tmp_path / "pack-a.zip")
    filled("diff", ERASED, "--html", tmp_path / "c.html")
    filled("export", tmp_path / "all.jsonl")

    erased = filled("erase", ERASED, *ORDER)

    for name in ("pack-c.zip", "c.html", "all.jsonl"):
        assert str(tmp_path / name) in erased.stderr
    assert "pack-a.zip" not in erased.stderr
    assert not (archive_folder / "all.jsonl").exists()  # in the archive's folder: removed
    assert ERASED not in (archive_folder / "exports.jsonl").read_text(encoding="utf-8")


def test_an_export_made_before_it_was_there_is_not_named(
    run: Run, archive_folder: Path, tmp_path: Path, visits: Path
) -> None:
    run("init")
    run("export", tmp_path / "early.jsonl")
    fill_again = [name for name in archive_folder.iterdir() if name.name == "exports.jsonl"]
    assert fill_again
    from tests.support.erased_words import _SOURCE

    (archive_folder / "sources" / "quay.toml").write_text(_SOURCE, encoding="utf-8")
    run("scrape", "quay", "--from", visits)

    assert "early.jsonl" not in run("erase", ERASED, *ORDER).stderr


def test_it_is_refused_while_another_process_has_a_snapshot_and_names_it(
    filled: Run, archive_folder: Path
) -> None:
    with reader_of(archive_folder) as reader:
        refused = filled("erase", ERASED, *ORDER)

        assert refused.exit_code == 7
        assert f"process {reader.pid}" in refused.stderr
        assert "sqlite3" in refused.stderr
        assert files_with(archive_folder)
        assert filled("search", '"harbour master"').exit_code == 0
    assert filled("erase", ERASED, *ORDER).exit_code == 0
    assert files_with(archive_folder) == []


def test_it_waits_for_another_process_where_it_is_told_to(
    filled: Run, archive_folder: Path
) -> None:
    with reader_of(archive_folder) as reader:
        assert reader.stdin is not None
        timer = threading.Timer(1.5, reader.stdin.close)
        timer.start()
        waited = filled("erase", ERASED, *ORDER, "--wait")
        timer.join()

    assert waited.exit_code == 0, waited.output
    assert f"waiting for process {reader.pid}" in waited.stderr
    assert files_with(archive_folder) == []


def test_it_is_refused_while_a_reading_room_is_open(filled: Run, archive_folder: Path) -> None:
    command = [sys.executable, "-m", "onrecord", "--archive", str(archive_folder)]
    serve = [*command, "serve", "--port", "0", "--replay-port", "0"]
    with subprocess.Popen(serve, cwd=ROOT, stdout=subprocess.PIPE, text=True) as room:
        assert room.stdout is not None
        assert room.stdout.readline().startswith("http://")
        refused = filled("erase", ERASED, *ORDER)
        room.kill()

    assert refused.exit_code == 7
    assert f"process {room.pid}" in refused.stderr
    assert "serve" in refused.stderr


def test_an_erasure_that_a_reader_stops_after_it_began_shows_nothing_until_it_is_finished(
    filled: Run, archive_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader comes between the last look and the first change."""
    from onrecord.evidence import erase_statement

    monkeypatch.setattr(erase_statement, "_wait_for_readers", lambda *_: None)
    with reader_of(archive_folder):
        begun = filled("erase", ERASED, *ORDER)
        hidden = filled("search", '"harbour master"')
        status = objects(filled("erase", "--status", "--json").stdout)

    assert (begun.exit_code, hidden.exit_code) == (7, 7), begun.output + hidden.output
    assert NAME.decode() not in hidden.output
    assert [item["finished"] for item in status] == [None]
    assert filled("search", '"harbour master"').exit_code == 1
    assert files_with(archive_folder) == []


def test_damaged_evidence_is_refused_before_anything_is_begun(
    filled: Run, archive_folder: Path
) -> None:
    capture = json.loads(filled("show", ERASED, "--json").stdout)["capture"]
    with closing(sqlite3.connect(archive_folder / "catalogue.sqlite")) as catalogue:
        (offset, warc) = catalogue.execute(
            'SELECT "offset", warc FROM capture WHERE id = ?', (capture,)
        ).fetchone()
    path = archive_folder / "warc" / warc
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(offset + 40)
        file.write(b"?")
    path.chmod(0o444)

    assert filled("erase", ERASED, *ORDER).exit_code == 3
    assert filled("erase", "--status").exit_code == 1
    assert filled("search", '"harbour master"').exit_code == 0


def test_an_erasure_is_finished_though_a_warc_file_is_gone_and_the_catalogue_is_damaged(
    filled: Run, archive_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onrecord.evidence import erase_statement

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erase_statement, "finish_erasures", die)
        assert filled("erase", ERASED, *ORDER).exit_code == 130
    for path in archive_folder.rglob("*.warc.gz"):
        path.unlink()
    (archive_folder / "catalogue.sqlite").write_bytes(b"no database" * 1000)

    finished = filled("status")

    assert "finished an erasure" in finished.stderr
    assert files_with(archive_folder) == []
    assert filled("search", '"harbour master"').exit_code == 1
