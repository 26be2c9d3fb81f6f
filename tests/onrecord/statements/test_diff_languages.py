"""`onrecord diff` of statements in a language whose words it cannot judge."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture
def edited_run(run: Run, tmp_path: Path) -> Run:
    """Return the tool, on an archive in which a Swahili and a French statement were edited."""
    versions = [
        {"sw": "Baraza halikubali sheria mpya.", "fr": "Le Conseil n’accepte pas la loi."},
        {"sw": "Baraza linakubali sheria mpya.", "fr": "Le Conseil accepte la loi."},
    ]
    assert run("init").exit_code == 0
    for number, texts in enumerate(versions):
        file = tmp_path / f"{number}.jsonl"
        lines = [
            {
                "id": f"council-{lang}",
                "source": "Council",
                "date": "2024-03-04",
                "title": "T",
                "lang": lang,
                "text": text,
            }
            for lang, text in texts.items()
        ]
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert run("import", file).exit_code == 0
    return run


def test_what_cannot_be_judged_is_said_in_every_form(edited_run: Run, tmp_path: Path) -> None:
    page = tmp_path / "diff.html"
    note = "not judged in language sw: negation, number words, dates"

    step = json.loads(edited_run("diff", "council-sw", "--json").stdout)

    assert (step["lang"], step["not_judged"]) == ("sw", ["negation", "number words", "dates"])
    assert note in edited_run("diff", "council-sw").stdout
    assert edited_run("diff", "council-sw", "--html", page).exit_code == 0
    assert note in page.read_text()


def test_a_known_language_is_judged(edited_run: Run) -> None:
    step = json.loads(edited_run("diff", "council-fr", "--json").stdout)

    assert step["not_judged"] == []
    assert "negation" in step["sorts"]
    assert "not judged" not in edited_run("diff", "council-fr").stdout
