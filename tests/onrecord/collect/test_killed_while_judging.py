"""A response of which the program dies is evidence all the same, and ends nothing else."""

import json
import signal
from pathlib import Path

from tests.conftest import Run
from tests.support.loopback_sites import serve_sites
from tests.support.run_process import start_run
from tests.support.warc_files import http_response

DEADLY = "a page of which the reader dies"


def test_a_response_of_which_the_program_dies_waits_in_quarantine_and_the_rest_is_collected(
    run: Run, archive_folder: Path
) -> None:
    run("init")
    with serve_sites(2, archive_folder / "sources") as sites:
        sites[0].pages["/statements/2"] = http_response(f"<p>{DEADLY}</p>".encode())
        with start_run(archive_folder, sites[:1], killed_while_judging=DEADLY) as killed:
            assert killed.wait() == -signal.SIGKILL

        with start_run(archive_folder, sites) as second:
            assert second.wait() == 0

    listed = run("quarantine", "list", "--json").stdout.splitlines()
    (waiting,) = [json.loads(line) for line in listed]
    assert waiting["url"] == f"{sites[0].address}/statements/2"
    assert "ended before it judged" in str(waiting)
    assert "regrets the delay" in run("search", '"pier 3"').stdout
    assert run("verify", "--deep").exit_code == 0
