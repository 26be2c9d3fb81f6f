"""The benchmark of search runs from end to end, and finds no wrong answer of ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.slow


def test_the_benchmark_runs_and_our_answers_are_right(tmp_path: Path) -> None:
    out, page = tmp_path / "search.json", tmp_path / "RESULTS.md"
    run = ["benchmarks.search.run", "--documents", "300", "--phrases", "24", "--rounds", "1"]
    run += ["--engines", "onrecord,fts5,stock,xapian", "--check", "--two", "--out", str(out)]
    for module in (run, ["benchmarks.search.report", str(out), str(page)]):
        subprocess.run([sys.executable, "-m", *module], check=True, cwd=ROOT, capture_output=True)

    wrong = json.loads(out.read_text())["wrong"]["onrecord"]
    assert {kind: tally["wrong"] for kind, tally in wrong.items()} == dict.fromkeys(
        ["phrase", "date", "slop", "ellipsis", "boolean"], 0
    )
    assert "| onrecord |" in page.read_text()


def test_an_index_killed_half_way_is_gone_on_with_and_added_to(tmp_path: Path) -> None:
    out, page = tmp_path / "reindex.json", tmp_path / "RESULTS.md"
    run = ["benchmarks.search.reindex", "--documents", "300", "--out", str(out)]
    for module in (run, ["benchmarks.search.report", str(out), str(page)]):
        subprocess.run([sys.executable, "-m", *module], check=True, cwd=ROOT, capture_output=True)

    report = json.loads(out.read_text())
    assert report["held_after_the_kill"] + report["then_added"] == report["held_in_the_end"] == 300
    assert "| ten more, searchable after |" in page.read_text()
