import os
from pathlib import Path

import pytest

from archive.errors import FormatError, StorageError
from archive.log.entry_file import EntryFile

LINES = [b"line %d" % number for number in range(500)]


@pytest.fixture
def file(tmp_path: Path) -> EntryFile:
    file = EntryFile(tmp_path, writing=True)
    file.append(LINES)
    return file


def open_file(folder: Path, *, writing: bool = True) -> EntryFile:
    return EntryFile(folder, writing=writing)


def test_lines_are_found_by_number(file: EntryFile) -> None:
    assert len(file) == 500
    assert (file.line(0), file.line(499)) == (b"line 0", b"line 499")
    assert list(file.lines(3, 6)) == LINES[3:6]
    assert list(file.lines()) == LINES
    with pytest.raises(IndexError, match="entry 500 of 500"):
        file.line(500)


def test_lines_longer_than_a_read_chunk_are_read_whole(tmp_path: Path) -> None:
    long = [bytes([65 + number]) * 700_000 for number in range(4)]
    file = open_file(tmp_path)
    file.append(long)

    assert list(file.lines()) == long
    assert list(open_file(tmp_path, writing=False).lines()) == long


def test_lines_are_found_by_what_they_hold(file: EntryFile) -> None:
    assert file.last_line_with(b"line 4") == b"line 499"
    assert file.last_line_with(b"absent") is None
    assert list(file.line_numbers_with(b"line 49")) == [49, *range(490, 500)]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    file = open_file(tmp_path)

    assert list(file.lines()) == []
    assert file.last_line_with(b"x") is None
    assert list(file.line_numbers_with(b"x")) == []


def test_a_torn_last_line_is_truncated_at_the_next_open_for_writing(
    tmp_path: Path, file: EntryFile
) -> None:
    with file.path.open("ab") as end:
        end.write(b"half a li")

    assert open_file(tmp_path, writing=False).torn_bytes == 9
    assert file.path.read_bytes().endswith(b"half a li")
    repaired = open_file(tmp_path)
    assert (repaired.torn_bytes, len(repaired)) == (9, 500)
    assert list(repaired.lines()) == LINES


def test_a_line_is_overwritten_only_by_one_as_long(tmp_path: Path, file: EntryFile) -> None:
    file.overwrite(7, b"gone 7")

    assert list(open_file(tmp_path).lines(6, 9)) == [b"line 6", b"gone 7", b"line 8"]
    with pytest.raises(FormatError, match="entry 7: expected 6 bytes"):
        file.overwrite(7, b"longer line")


def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, file: EntryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", refuse)
        with pytest.raises(StorageError, match=r"entries.jsonl: No space left on device"):
            file.append([b"one more"])

    assert len(file) == 500
    assert file.append([b"another"]) == 500
    assert list(open_file(tmp_path).lines(499)) == [b"line 499", b"another"]
