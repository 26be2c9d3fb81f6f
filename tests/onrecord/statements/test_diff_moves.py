"""`onrecord diff` of a statement in which a paragraph moved."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run

MOVED = "Nobody was held at the mill without a charge."
REST = ["The dam is shut at noon.", "It rains on all of us."]


@pytest.fixture
def moved_run(run: Run, tmp_path: Path) -> Run:
    """Return the tool, on an archive in which the first paragraph became the last."""
    assert run("init").exit_code == 0
    for number, lines in enumerate(([MOVED, *REST], [*REST, MOVED])):
        statement = {"id": "mill", "source": "Council", "date": "2024-03-04", "lang": "en"}
        file = tmp_path / f"{number}.jsonl"
        file.write_text(json.dumps(statement | {"title": "T", "text": "\n".join(lines)}) + "\n")
        assert run("import", file).exit_code == 0
    return run


def test_a_moved_paragraph_is_one_move_in_json(moved_run: Run) -> None:
    step = json.loads(moved_run("diff", "mill", "--json").stdout)

    assert [(change["op"], change["sorts"]) for change in step["changes"]] == [("move", ["move"])]
    assert step["sorts"] == {"move": 1}


def test_a_moved_paragraph_is_neither_struck_nor_added_for_people(
    moved_run: Run, tmp_path: Path
) -> None:
    page = tmp_path / "diff.html"

    shown = moved_run("diff", "mill").stdout
    assert moved_run("diff", "mill", "--html", page).exit_code == 0

    assert "1 change: 1 move" in shown
    assert "[-" not in shown
    assert "{+" not in shown
    assert "<del" not in page.read_text()
    assert f'title="move">{MOVED}' in page.read_text()
