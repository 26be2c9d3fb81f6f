"""A file that cannot be read at all is named; it costs no other file."""

import gzip
import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.import_results import numbers, passed_over
from tests.support.odd_input_files import gzip_each, notice, wacz_bytes

LINE = {"id": "a:1", "source": "Harbour", "lang": "en", "text": "The quay is closed."}
UNREADABLE = {
    "empty.warc.gz": b"",
    "empty.jsonl": b"",
    "empty.jsonl.gz": gzip.compress(b""),
    "text.warc.gz": b"hello\n",
    "page.warc": b"<!DOCTYPE html><p>Not found</p>",
    "cut.warc.gz": gzip.compress(notice(1))[:100],
    "cut.jsonl.gz": gzip.compress(json.dumps(LINE).encode())[:20],
    "text.wacz": b"hello\n",
    "other.zip": wacz_bytes({"letter.txt": b"hello"}),
    "document.warc": b"%PDF-1.7",
}


@pytest.fixture
def archive(run: Run) -> Run:
    run("init")
    return run


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("is_first", [True, False])
def test_the_other_files_are_taken(archive: Run, tmp_path: Path, name: str, is_first: bool) -> None:
    bad = write(tmp_path, name, UNREADABLE[name])
    files = [
        write(tmp_path, "good.warc.gz", gzip_each(notice(1))),
        write(tmp_path, "good.jsonl", json.dumps({**LINE, "url": "https://a.example/2"}).encode()),
    ]

    result = archive("import", *([bad, *files] if is_first else [*files, bad]), "--json")

    assert result.exit_code == 1
    assert [refused["file"] for refused in passed_over(result)] == [name]
    assert numbers(archive) == [1, 2]
    assert archive("verify", "--deep").exit_code == 0


@pytest.mark.parametrize("name", UNREADABLE)
def test_alone_its_error_is_the_exit_code(archive: Run, tmp_path: Path, name: str) -> None:
    result = archive("import", write(tmp_path, name, UNREADABLE[name]), "--json")

    (refused,) = passed_over(result)
    assert result.exit_code == 9
    assert refused["file"] == name
    assert refused["reason"]


def test_a_missing_file_among_others_is_passed_over(archive: Run, tmp_path: Path) -> None:
    good = write(tmp_path, "good.warc.gz", gzip_each(notice(1)))

    for missing in (tmp_path / "missing.warc", tmp_path / "missing.jsonl"):
        result = archive("import", missing, good)

        assert result.exit_code == 1
        assert "No such file or directory" in result.stderr
    assert numbers(archive) == [1]


def test_a_missing_file_alone_is_wrong_usage(archive: Run, tmp_path: Path) -> None:
    assert archive("import", tmp_path / "missing.warc").exit_code == 2


@pytest.mark.parametrize("name", ["pipe.warc", "pipe.jsonl"])
def test_a_pipe_is_no_file(archive: Run, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)

    assert archive("import", tmp_path / name).exit_code == 9


@pytest.mark.parametrize("name", ["folder", "folder.jsonl", "folder.warc"])
def test_a_folder_without_files_of_ours_is_no_input(
    archive: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()

    assert archive("import", tmp_path / name).exit_code == 9


def test_in_a_folder_a_bad_file_costs_no_other(archive: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inner.warc").mkdir(parents=True)
    write(folder, "a.warc.gz", b"")
    write(folder / "inner.warc", "b.warc.gz", gzip_each(notice(1)))
    with zipfile.ZipFile(folder / "c.wacz", "w") as package:
        package.writestr("letter.txt", "hello")

    result = archive("import", folder, "--json")

    assert result.exit_code == 1
    assert [refused["file"] for refused in passed_over(result)] == ["a.warc.gz", "c.wacz"]
    assert numbers(archive) == [1]


def test_a_file_given_twice_is_imported_once(archive: Run, tmp_path: Path) -> None:
    good = write(tmp_path, "good.warc.gz", gzip_each(notice(1)))

    (line,) = archive("import", good, good, "--json").stdout.splitlines()

    assert json.loads(line)["captures"] == {"ok": 1}
