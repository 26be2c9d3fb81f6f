"""The benchmark of search runs from end to end, and finds no wrong answer of ours."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_benchmark_runs_and_our_answers_are_right(tmp_path: Path) -> None:
    out, page = tmp_path / "search.json", tmp_path / "RESULTS.md"
    run = ["benchmarks.search.run", "--documents", "300", "--phrases", "24", "--rounds", "1"]
    run += ["--engines", "onrecord,fts5,stock", "--check", "--two", "--out", str(out)]
    for module in (run, ["benchmarks.search.report", str(out), str(page)]):
        subprocess.run([sys.executable, "-m", *module], check=True, cwd=ROOT, capture_output=True)

    wrong = json.loads(out.read_text())["wrong"]["onrecord"]
    assert {kind: tally["wrong"] for kind, tally in wrong.items()} == dict.fromkeys(
        ["phrase", "date", "slop", "ellipsis", "boolean"], 0
    )
    assert "| onrecord |" in page.read_text()
