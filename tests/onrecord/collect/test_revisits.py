"""A revisit in a foreign file has its body in another record, also when all is read anew."""

import gzip
from pathlib import Path
from runpy import run_path

from tests.conftest import SAMPLE, Run, packed_editions


def with_a_revisit(folder: Path) -> Path:
    """Return the first edition, with one page seen again a day later as the same payload."""
    pack = run_path(str(SAMPLE / "pack.py"))
    edition = sorted(pack["EDITIONS"].iterdir())[0]
    page = edition / "statements" / "pd-2024-7.html"
    whole = pack["record"](edition, page)
    head, _, block = whole.partition(b"\r\n\r\n")
    http, _, _ = block.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    block = http + b"\r\n\r\n"
    fields |= {
        "WARC-Type": "revisit",
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Refers-To": fields["WARC-Record-ID"],
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-00000000d0d0>",
        "WARC-Date": "2024-03-06T09:30:00Z",
        "WARC-Block-Digest": pack["digest"](block),
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    revisit = f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
    path = folder / "revisited.warc.gz"
    first = (packed_editions() / f"panel-{edition.name}.warc.gz").read_bytes()
    path.write_bytes(first + gzip.compress(revisit, mtime=0))
    return path


def test_a_revisit_is_a_sighting_and_is_one_again_after_rebuild(run: Run, tmp_path: Path) -> None:
    run("init")
    run("import", with_a_revisit(tmp_path))
    before = run("export", "-").stdout

    rebuilt = run("rebuild")

    assert rebuilt.exit_code == 0, rebuilt.output
    assert run("export", "-").stdout == before
    assert '"last_seen":"2024-03-06T09:30:00Z"' in before
