"""The benchmark of reading all again runs from end to end, and its catalogues are the same."""

import os
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="holds itself to one core: Linux")
def test_the_benchmark_runs_and_every_catalogue_is_the_same() -> None:
    words = [sys.executable, "-m", "benchmarks.reading.rereading", "--pages", "40"]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "the three catalogues are the same" in done.stdout
    assert "| one core | 40 |" in done.stdout
