"""Work on strangers' bytes in a process of its own: what it costs ends there, and is told."""

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
from archive.sandbox.client import Sandbox, SandboxLimits
from archive.sandbox.wire_format import from_json, to_json
from tests.support.builders import captured, said
from tests.support.paths import ROOT
from tests.support.processes import is_running
from tests.support.sandbox_functions import (
    babble,
    count,
    die,
    die_once,
    double,
    endless,
    hungry,
    lie,
    mismatch,
    refuse,
    stumble,
    write,
)


@pytest.fixture
def confined() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=2, memory=256 << 20)) as made:
        yield made


def test_one_process_answers_many_calls(confined: Sandbox) -> None:
    assert confined.pid is None
    assert [confined.call(double, number) for number in (1, 2, 3)] == [2, 4, 6]
    first = confined.pid
    assert confined.call(double, 4) == 8
    assert confined.pid == first != os.getpid()


def test_errors_of_ours_come_back_as_they_were(confined: Sandbox) -> None:
    with pytest.raises(LimitError, match=r"^expected less, found more$"):
        confined.call(refuse, "expected less, found more")
    with pytest.raises(FixityError, match="a: recorded as b, found c"):
        confined.call(mismatch)
    assert confined.call(double, 2) == 4


def test_what_takes_too_long_ends_and_the_next_call_is_answered(confined: Sandbox) -> None:
    with pytest.raises(SandboxError, match=r"read in 2 s and 256 MiB, found more time"):
        confined.call(endless)
    assert confined.call(double, 2) == 4


def test_what_takes_too_much_memory_ends_and_the_next_call_is_answered(confined: Sandbox) -> None:
    with pytest.raises(SandboxError, match="and 256 MiB, found more memory"):
        confined.call(hungry, 1000)
    assert confined.call(hungry, 10) == 10 << 20


@pytest.mark.parametrize(("function", "found"), [(stumble, "IndexError: "), (die, "SIGSEGV")])
def test_a_process_that_ends_is_told_and_replaced(
    confined: Sandbox, function: object, found: str
) -> None:
    with pytest.raises(SandboxError, match=found):
        confined.call(function)  # type: ignore[arg-type]
    assert confined.call(double, 2) == 4


def test_a_process_that_somebody_else_ended_is_asked_again(
    confined: Sandbox, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    mark.mkdir()

    assert confined.call(die_once, str(mark)) == 1

    assert confined.pid is not None
    os.kill(confined.pid, signal.SIGKILL)
    assert confined.call(double, 2) == 4


def test_what_was_yielded_before_the_end_is_had(confined: Sandbox) -> None:
    seen: list[int] = []
    with pytest.raises(SandboxError, match="SIGSEGV"):
        seen.extend(confined.each(count, 10, 3))
    assert seen == [0, 1, 2]
    assert list(confined.each(count, 4, 9)) == [0, 1, 2, 3]


def test_values_nobody_waits_for_are_no_answer_to_another_call(confined: Sandbox) -> None:
    for each in confined.each(count, 1000, 2000):
        if each == 3:
            break
    assert confined.call(double, 2) == 4


def test_a_confined_process_writes_nothing(confined: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="OSError"):
        confined.call(write, str(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes() == b""


def test_an_answer_of_another_type_is_none(confined: Sandbox) -> None:
    with pytest.raises(SandboxError, match="found an answer that is none"):
        confined.call(lie)
    assert confined.call(double, 2) == 4


@pytest.mark.parametrize("answer", ["x", "[1]", '["raised", ["Path", "/"]]', "[" * 100_000])
def test_an_answer_that_is_no_answer_is_none(confined: Sandbox, answer: str) -> None:
    with pytest.raises(SandboxError, match="found an answer that is none"):
        confined.call(babble, answer)
    assert confined.call(double, 2) == 4


def test_where_none_can_be_started_that_is_said(
    confined: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(StorageError, match="cannot start a process to read in: No such file"):
        confined.call(double, 1)


def test_no_process_is_left_when_its_parent_is_killed() -> None:
    code = (
        "from archive.sandbox.client import Sandbox\n"
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
        pass  # until it has seen that nobody is there


def test_a_process_forked_off_starts_one_of_its_own() -> None:
    code = (
        "import os\nfrom archive.sandbox.client import Sandbox\n"
        "from tests.support.sandbox_functions import double\n"
        "one = Sandbox()\none.call(double, 1)\nbefore = one.pid\nforked = os.fork()\n"
        "assert one.call(double, 2) == 4\n"
        "if not forked: print(one.pid != before, flush=True); one.close(); os._exit(0)\n"
        "os.waitpid(forked, 0)\nprint(one.pid == before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert (done.stdout.split(), done.stderr) == (["True", "True"], "")


EPOCH = datetime(1990, 1, 1, tzinfo=UTC)
TEXT = st.text(max_size=20)
WHEN = st.integers(0, 1 << 50).map(lambda n: EPOCH + timedelta(microseconds=n))
ISSUED = st.builds(Issued, TEXT, TEXT, TEXT)
PAIRS = st.lists(st.tuples(TEXT, TEXT)).map(tuple)
CAPTURES = st.builds(
    Capture,
    id=TEXT,
    url=TEXT,
    captured=WHEN,
    outcome=st.sampled_from(Outcome),
    role=st.sampled_from(Role),
    source=TEXT,
    status=st.none() | st.integers(100, 599),
    media_type=TEXT,
    payload_sha256=TEXT,
    stored=st.builds(
        StoredRecord, warc=TEXT, offset=st.integers(0), length=st.integers(0), sha256=TEXT
    ),
    memento=st.none() | st.builds(Memento, original=TEXT, archived=WHEN, archive=TEXT),
)


@given(CAPTURES, st.none() | ISSUED, PAIRS, st.binary())
def test_what_is_told_is_understood_as_it_was(
    capture: Capture, issued: Issued | None, pairs: tuple[tuple[str, str], ...], data: bytes
) -> None:
    reading = replace(said(), issued=issued, translations=pairs)

    assert from_json(Capture, to_json(capture)) == capture
    assert from_json(Reading, to_json(reading)) == reading
    assert from_json(bytes, to_json(data)) == data


def test_what_is_told_with_a_wrong_type_is_refused() -> None:
    wrong = to_json(captured())
    wrong[0] = 5

    with pytest.raises(FormatError, match="found: 5"):
        from_json(Capture, wrong)
    with pytest.raises(FormatError):
        from_json(Reading, to_json(captured()))
