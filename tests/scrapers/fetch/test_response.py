import subprocess
import sys
from pathlib import Path

import pytest

from archive.models import Outcome
from scrapers.fetch.response import interpret_response
from tests.support.warc_files import http_response

BOMB = """
import gzip, sys
from pathlib import Path
from scrapers.fetch.response import interpret_response
from tests.support.warc_files import http_response
member = gzip.compress(bytes(16 << 20))
block = http_response(member * 64, b"Content-Encoding: gzip")
found = interpret_response(block)
status = Path("/proc/self/status").read_text()  # rusage would count what the parent had
peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
sys.stdout.write(f"{found.outcome} {len(found.body)} {peak}")
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_bomb_of_a_gigabyte_stays_within_150_megabytes_of_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOMB], capture_output=True, text=True, check=True, timeout=60
    )

    outcome, length, peak = done.stdout.split()
    assert (outcome, length) == ("too-large", "0")
    assert int(peak) < 150


def test_an_unknown_reason_for_truncation_is_in_the_note() -> None:
    response = interpret_response(http_response(b"half"), "unspecified")

    assert (response.outcome, response.note) == (
        Outcome.NETWORK_ERROR,
        "cut off: unspecified",
    )
    assert response.body == b"half"


def test_what_cannot_be_unpacked_is_suspect() -> None:
    response = interpret_response(http_response(b"x", b"Content-Encoding: compress"))

    assert response.outcome is Outcome.SUSPECT
    assert "Content-Encoding" in response.note


def test_bytes_that_are_no_response_have_no_headers() -> None:
    response = interpret_response(b"SSH-2.0-OpenSSH")

    assert (response.headers, response.outcome) == ((), Outcome.NETWORK_ERROR)
