"""One call of `run`: which sources are visited, which runs recorded, which code it exits with."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from archive.catalogue import version_queries
from archive.catalogue.monitoring import run_history
from archive.errors import LockedError, StorageError
from archive.models import Outcome
from archive.run_records import Run, RunOutcome
from onrecord.collect.ingest import RunStats
from onrecord.run.run_due import RunEnvironment, RunResult
from onrecord.run.run_loop import RunLoop
from onrecord.schedule.timer_units import EXIT_NOTHING_DUE
from tests.onrecord.conftest import PANEL, Collecting


def runs(collecting: Collecting) -> list[Run]:
    with collecting.connect() as connection:
        return run_history.runs(connection)


def test_a_due_source_is_visited_once_and_then_not_until_it_is_due_again(
    collecting: Collecting,
) -> None:
    collecting.publisher.publish(7, "Release them.")

    first, second = collecting.run(), collecting.run()
    collecting.clock.pass_by(days=2)
    third = collecting.run()

    assert [list(result.visited) for result in (first, second, third)] == [[PANEL], [], [PANEL]]


def test_after_days_off_there_is_one_visit(collecting: Collecting) -> None:
    collecting.run()
    collecting.clock.pass_by(days=9)

    assert [len(collecting.run().visited) for _ in range(3)] == [1, 0, 0]


def test_a_visit_that_captures_nothing_is_recorded_with_its_reason_and_tried_again_soon(
    collecting: Collecting,
) -> None:
    collecting.site.blocked = True

    result = collecting.run()

    assert list(result.failed) == [PANEL]
    (visit,) = runs(collecting)
    assert visit.outcome is RunOutcome.EMPTY
    assert "blocked" in visit.detail
    collecting.clock.pass_by(minutes=11)
    assert list(collecting.run().visited) == [PANEL]


def test_a_page_that_was_listed_while_the_site_failed_is_captured_later(
    collecting: Collecting,
) -> None:
    url = collecting.publisher.publish(7, "Release them.")
    collecting.publisher.trouble[url] = Outcome.SERVER_ERROR
    collecting.run()
    collecting.publisher.unlist(7)
    del collecting.publisher.trouble[url]

    collecting.every(25, 2)

    with collecting.connect() as connection:
        version = version_queries.version(connection, "meridian_panel:PD_2024_7")
    assert version.reading.text == "Release them."


def test_a_requested_stop_comes_before_the_next_page_and_keeps_what_was_captured(
    collecting: Collecting,
) -> None:
    for number in range(1, 6):
        collecting.publisher.publish(number, "Release them.")
    answers = collecting.site.answers

    def stop_after_two(url: str, when: object) -> object:
        if len(collecting.site.requested_urls) == 2:
            collecting.stop.event.set()
        return answers(url, when)  # type: ignore[arg-type]

    collecting.site.answers = stop_after_two  # type: ignore[method-assign, assignment]
    result = collecting.run()

    assert result.stopped
    assert runs(collecting)[0].outcome is RunOutcome.STOPPED
    assert len(collecting.site.requested_urls) == 3
    with collecting.connect() as connection:
        assert len(list(version_queries.all_versions(connection))) == 2


def test_a_visit_that_was_killed_is_named_and_made_again(collecting: Collecting) -> None:
    with collecting.connect() as connection:
        run_history.begin_run(connection, PANEL, collecting.clock())

    collecting.run()

    outcomes = [run.outcome for run in runs(collecting)]
    assert outcomes == [RunOutcome.GOOD, RunOutcome.KILLED]


def test_a_full_disk_ends_the_run_and_is_recorded(collecting: Collecting) -> None:
    def full(url: str, when: object) -> object:
        raise StorageError("warc: No space left on device")

    collecting.site.answers = full  # type: ignore[method-assign, assignment]
    with pytest.raises(StorageError):
        collecting.run()

    (visit,) = runs(collecting)
    assert visit.detail == "disk: warc: No space left on device"


def test_a_second_run_at_the_same_time_is_refused_and_kill_9_frees_the_lock(
    collecting: Collecting,
) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path\n"
            "from archive.archive_folder import ArchiveFolder\n"
            "with ArchiveFolder(Path(sys.argv[1])).lock_alone():\n"
            "    print('held', flush=True); time.sleep(60)",
            str(collecting.folder),
        ],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(LockedError):
        collecting.run()

    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()

    assert list(collecting.run().visited) == [PANEL]


GOOD = RunStats(captures=Counter(ok=1))


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (RunResult(visited={"a": GOOD}), 0),
        (RunResult(visited={"a": GOOD, "b": RunStats()}, failed={"b": "503"}), 1),
        (RunResult(visited={"b": RunStats()}, failed={"b": "503"}), 1),
        (RunResult(), EXIT_NOTHING_DUE),
        (RunResult(visited={"a": RunStats()}, stopped=True), 130),
    ],
)
def test_a_run_that_captured_nothing_never_exits_0(
    collecting: Collecting, result: RunResult, code: int
) -> None:
    environment = RunEnvironment(open_fetcher=collecting.site.doors, now=collecting.clock)

    assert (
        RunLoop(context=collecting.context, environment=environment, result=result).exit_code
        == code
    )
