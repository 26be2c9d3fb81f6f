"""Folders that tests refer to, and where real pages lie beside the project, if they do."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
SAMPLE = ROOT / "sample"
SHARED = Path(os.environ.get("ONRECORD_SHARED", ROOT.parent / "shared"))
