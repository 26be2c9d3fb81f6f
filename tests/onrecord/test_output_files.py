"""What the commands write for their user is readable by nobody else."""

import json
import os
from pathlib import Path

import pytest

from archive.atomic_files import private_output
from tests.conftest import Run

TEXT = {
    "id": "n1",
    "source": "Brook Council",
    "lang": "en",
    "date": "2024-03-04",
    "text": "A note.",
}
COMMANDS = [
    ("export", "{}"),
    ("export", "--format", "wacz", "{}"),
    ("coverage", "--html", "{}"),
    ("check", "--quote", "A note.", "--html", "{}"),
]


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps(TEXT))
    run("init")
    run("import", path)
    return run


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:-1]))
def test_an_existing_file_open_to_others_is_replaced_by_a_private_one(
    filled: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    out = tmp_path / "out.x"
    out.write_text("old")
    out.chmod(0o666)
    with out.open() as read_by_another:
        result = filled(*(argument.format(out) for argument in command))
        old = read_by_another.read()

    assert result.exit_code == 0, result.output
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes() != b"old"
    assert old == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "out.x", "texts.jsonl"]


def test_a_link_leads_to_the_file_that_is_replaced(filled: Run, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o644)
    link.symlink_to(target)

    assert filled("export", link).exit_code == 0
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    assert "A note." in target.read_text()


def test_a_device_is_written_to_as_it_is(filled: Run) -> None:
    assert filled("export", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


def test_what_fails_half_way_leaves_the_file_of_before(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")

    with pytest.raises(TypeError), private_output(path) as file:
        file.writelines([b"half", "no bytes"])  # type: ignore[list-item]

    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["x"]  # noqa: PTH208


def test_a_folder_that_is_missing_is_named(filled: Run, tmp_path: Path) -> None:
    result = filled("export", tmp_path / "missing/x.jsonl")

    assert result.exit_code == 12
    assert "missing" in result.stderr
