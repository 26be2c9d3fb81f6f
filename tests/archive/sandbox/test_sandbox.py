"""A sandbox contains crashes and limits of the code it runs, and reports them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import FixityError, FormatError, LimitError, SandboxError, StorageError
from archive.models import Capture, Issued, Memento, Outcome, Reading, Role, StoredRecord
from archive.sandbox.sandbox import Sandbox, SandboxLimits
from archive.sandbox.wire_format import from_json, to_json
from tests.support.builders import make_capture, make_reading
from tests.support.paths import ROOT
from tests.support.processes import is_running
from tests.support.sandbox_functions import (
    allocate,
    count,
    crash,
    crash_in,
    double,
    loop_forever,
    raise_fixity_error,
    raise_index_error,
    raise_limit_error,
    return_wrong_type,
    send_raw_message,
    write_file,
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=2, memory_bytes=256 << 20)) as sandbox:
        yield sandbox


def test_one_worker_answers_many_calls(sandbox: Sandbox) -> None:
    assert sandbox.pid is None
    assert [sandbox.call(double, number) for number in (1, 2, 3)] == [2, 4, 6]
    first = sandbox.pid
    assert sandbox.call(double, 4) == 8
    assert sandbox.pid == first != os.getpid()


def test_archive_errors_are_raised_in_the_caller(sandbox: Sandbox) -> None:
    with pytest.raises(LimitError, match=r"^expected less, found more$"):
        sandbox.call(raise_limit_error, "expected less, found more")
    with pytest.raises(FixityError, match="a: recorded as b, found c"):
        sandbox.call(raise_fixity_error)
    assert sandbox.call(double, 2) == 4


def test_a_call_that_takes_too_long_is_ended_and_the_next_call_is_answered(
    sandbox: Sandbox,
) -> None:
    with pytest.raises(SandboxError, match=r"read in 2 s and 256 MiB, found more time"):
        sandbox.call(loop_forever)
    assert sandbox.call(double, 2) == 4


def test_a_call_that_takes_too_much_memory_is_ended_and_the_next_call_is_answered(
    sandbox: Sandbox,
) -> None:
    with pytest.raises(SandboxError, match="and 256 MiB, found more memory"):
        sandbox.call(allocate, 1000)
    assert sandbox.call(allocate, 10) == 10 << 20


@pytest.mark.parametrize(
    ("function", "problem"), [(raise_index_error, "IndexError: "), (crash, "SIGSEGV")]
)
def test_a_worker_that_ends_is_reported_and_replaced(
    sandbox: Sandbox, function: object, problem: str
) -> None:
    with pytest.raises(SandboxError, match=problem):
        sandbox.call(function)  # type: ignore[arg-type]
    assert sandbox.call(double, 2) == 4


def test_a_call_whose_worker_was_killed_from_outside_is_retried(sandbox: Sandbox) -> None:
    sandbox.call(double, 1)
    assert sandbox.pid is not None

    assert sandbox.call(crash_in, sandbox.pid) == 1

    assert sandbox.pid is not None
    os.kill(sandbox.pid, signal.SIGKILL)
    assert sandbox.call(double, 2) == 4


def test_items_yielded_before_a_crash_are_received(sandbox: Sandbox) -> None:
    seen: list[int] = []
    with pytest.raises(SandboxError, match="SIGSEGV"):
        seen.extend(sandbox.iterate(count, 10, 3))
    assert seen == [0, 1, 2]
    assert list(sandbox.iterate(count, 4, 9)) == [0, 1, 2, 3]


def test_unread_items_do_not_answer_another_call(sandbox: Sandbox) -> None:
    for number in sandbox.iterate(count, 1000, 2000):
        if number == 3:
            break
    assert sandbox.call(double, 2) == 4


def test_a_worker_cannot_write_files(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(SandboxError, match=r"PermissionError|OSError"):
        sandbox.call(write_file, str(path))
    assert not path.exists() or path.read_bytes() == b""


def test_an_answer_of_the_wrong_type_is_invalid(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="found an invalid answer"):
        sandbox.call(return_wrong_type)
    assert sandbox.call(double, 2) == 4


@pytest.mark.parametrize("answer", ["x", "[1]", '["raised", ["Path", "/"]]', "[" * 100_000])
def test_a_malformed_message_is_an_invalid_answer(sandbox: Sandbox, answer: str) -> None:
    with pytest.raises(SandboxError, match="found an invalid answer"):
        sandbox.call(send_raw_message, answer)
    assert sandbox.call(double, 2) == 4


def test_a_worker_that_cannot_start_is_a_storage_error(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(StorageError, match="cannot start a process to read in: No such file"):
        sandbox.call(double, 1)


def test_no_worker_is_left_when_its_parent_is_killed() -> None:
    code = (
        "from archive.sandbox.sandbox import Sandbox\n"
        "from tests.support.sandbox_functions import double\n"
        "one = Sandbox()\none.call(double, 1)\n"
        "print(one.pid, flush=True)\ninput()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    while is_running(child):
        pass  # until the worker notices that its parent is gone


def test_a_forked_process_starts_its_own_worker() -> None:
    code = (
        "import os\nfrom archive.sandbox.sandbox import Sandbox\n"
        "from tests.support.sandbox_functions import double\n"
        "one = Sandbox()\none.call(double, 1)\nbefore = one.pid\nforked = os.fork()\n"
        "assert one.call(double, 2) == 4\n"
        "if not forked: print(one.pid != before, flush=True); one.close(); os._exit(0)\n"
        "os.waitpid(forked, 0)\nprint(one.pid == before)\n"
    )
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert (process.stdout.split(), process.stderr) == (["True", "True"], "")


EPOCH = datetime(1990, 1, 1, tzinfo=UTC)
TEXT = st.text(max_size=20)
INSTANTS = st.integers(0, 1 << 50).map(lambda n: EPOCH + timedelta(microseconds=n))
ISSUED = st.builds(Issued, TEXT, TEXT, TEXT)
PAIRS = st.lists(st.tuples(TEXT, TEXT)).map(tuple)
CAPTURES = st.builds(
    Capture,
    id=TEXT,
    url=TEXT,
    captured=INSTANTS,
    outcome=st.sampled_from(Outcome),
    role=st.sampled_from(Role),
    source=TEXT,
    status=st.none() | st.integers(100, 599),
    media_type=TEXT,
    payload_sha256=TEXT,
    stored=st.builds(
        StoredRecord, warc=TEXT, offset=st.integers(0), length=st.integers(0), sha256=TEXT
    ),
    memento=st.none() | st.builds(Memento, original=TEXT, archived=INSTANTS, archive=TEXT),
)


@given(CAPTURES, st.none() | ISSUED, PAIRS, st.binary())
def test_values_survive_encoding_and_decoding(
    capture: Capture, issued: Issued | None, pairs: tuple[tuple[str, str], ...], data: bytes
) -> None:
    reading = replace(make_reading(), issued=issued, translations=pairs)

    assert from_json(Capture, to_json(capture)) == capture
    assert from_json(Reading, to_json(reading)) == reading
    assert from_json(bytes, to_json(data)) == data


def test_a_value_of_the_wrong_type_is_refused() -> None:
    wrong = to_json(make_capture())
    wrong[0] = 5

    with pytest.raises(FormatError, match="found: 5"):
        from_json(Capture, wrong)
    with pytest.raises(FormatError):
        from_json(Reading, to_json(make_capture()))


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    reading = make_reading(text="The \ud800 council")

    assert from_json(Reading, to_json(reading)).text == "The \ufffd council"
