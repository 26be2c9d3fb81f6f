"""Make archive-of-rules-2.tar.gz, and what the program that made it told. Not to be run again.

Made by the program as of commit c577665, in a clone of it that had this file put into its tests:

    python -m tests.compat.make_archive_of_rules_2

By its rules of what an edit is (version 2) an object replacement character (U+FFFC) that comes or
goes is an edit, and 10<sup>6</sup> is 106. Everything in the archive is invented.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.compat.make_archive import packed
from tests.compat.panel_later import PANEL, SAMPLE, record, statement

HERE = Path(__file__).parent
ARCHIVE, ANSWERS = HERE / "archive-of-rules-2.tar.gz", HERE / "answers-of-rules-2.json"
SOURCE = "meridian_panel"

FERRY = (
    "PORT CALDER (1 September 2026) – The ferry of Ostrel carried nine hundred people in August."
)
QUAY = "PORT CALDER (2 September 2026) – The quay of Tarnmoor was closed to families for a week."
SILT = "Silt was measured at 10<sup>6</sup> grains in 9 m<sup>2</sup> of the harbour of Halden."
CASES = (
    "The Panel counted the detention<sup>1</sup> of nine people"
    ' in 2017<sup><a href="#n1">1</a></sup> at the mill of Northmarch.'
)


def edition(day: str, said: dict[int, str], folder: Path) -> Path:
    """Write a visit of `day` as a WARC file: the listing, and what each statement said."""
    items = "".join(
        f'<li><a href="/statements/pd-2026-{n}.html">Statement {n}</a> '
        f'<time datetime="2026-09-0{n}">2026-09-0{n}</time></li>\n'
        for n in said
    )
    listing = f'<!doctype html><html><body><ul class="statements">{items}</ul></body></html>'
    pages = {"": listing.encode()} | {
        f"pd-2026-{n}.html": statement(f"PD/2026/{n}", f"2026-09-0{n}", f"Statement {n}", words)
        for n, words in said.items()
    }
    records = [record(day, f"{PANEL}{path}", ("200 OK", body, "")) for path, body in pages.items()]
    path = folder / f"panel-{day}.warc.gz"
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) for one in records))
    return path


SAND = "Sand was measured at 10<sup>6</sup> grains in the harbour of Tarnmoor."
LEVEL = "The water of Ostrel rose over 10<sup>6</sup> fields in August."
FIRST = {1: FERRY, 2: f"{QUAY}\ufffc", 3: SILT, 4: CASES, 5: SAND, 6: LEVEL}
SECOND = FIRST | {
    1: FERRY.replace("nine hundred", "ninety"),
    2: QUAY,
    6: LEVEL.replace("rose", "did not rise"),
}
THIRD = SECOND | {5: SAND.replace("10<sup>6</sup>", "106")}
EDITIONS = {"2026-09-10": FIRST, "2026-09-17": SECOND, "2026-09-24": THIRD}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"

        def does(*words: str | Path) -> str:
            env = {name: os.environ[name] for name in os.environ if not name.startswith("ONRECORD")}
            command = [sys.executable, "-m", "onrecord", "--archive", archive, *words]
            return subprocess.run(
                command, env=env, stdout=subprocess.PIPE, text=True, check=True
            ).stdout

        def lines(*words: str) -> list[object]:
            return [json.loads(line) for line in does(*words, "--json").splitlines()]

        does("init")
        shutil.copy(SAMPLE / "meridian_panel.toml", archive / "sources")
        for number, (day, said) in enumerate(EDITIONS.items()):
            does("scrape", SOURCE, "--from", edition(day, said, Path(folder)))
            if not number:
                does("watch", "quote", "The quay of Tarnmoor was closed")
                does("watch", "add", '"the ferry of Ostrel"')
                does("watch", "source", SOURCE)
        does("watch", "check", "--no-tell")
        does("search", "ferry")
        answers = {
            "versions": [
                version for n in FIRST for version in lines("versions", f"{SOURCE}:PD_2026_{n}")
            ],
            "watches": lines("watch", "list"),
            "news": lines("watch", "news"),
            "alerts": lines("watch", "alerts"),
        }
        ANSWERS.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n")
        ARCHIVE.write_bytes(packed(archive))


if __name__ == "__main__":
    main()
