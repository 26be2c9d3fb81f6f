"""`onrecord check` and `onrecord quotes`, as a user runs them, on a small archive."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from archive.catalogue import updates
from archive.catalogue.database import transaction
from tests.conftest import Run
from tests.support.builders import day, make_capture, make_reading
from tests.support.panel_statements import LAST_YEAR, OTHER, PANEL, THIS_YEAR

# A paragraph of two of the panel's, spliced with " …. ", spelt otherwise, and its setting.
ARTICLE = """\
5 Things to know about Zenda

The panel’s experts issued a long statement on the camps, saying in part:

they are serious breaches of the duties that Ruritania took on when it signed the Convention …. \
We call on the authorities to release at once everyone who is held without charge in the Northern \
District, to look into every case of abduction and ill-treatment without delay.

Meanwhile the Minister has called the whole story “invented by opposition papers.”

“It has not replied,” the experts said of the Government.
"""


@pytest.fixture
def held(run: Run, tmp_path: Path) -> Run:
    """Return the tool, on an archive that holds the panel's statements."""
    lines = [
        {"id": "panel:1", "source": "Panel", "date": "2021-04-13", "text": PANEL},
        {"id": "ministry:1", "source": "Ministry", "date": "2021-04-14", "text": OTHER},
        {"id": "panel:2020", "source": "Panel", "date": "2020-08-30", "text": LAST_YEAR},
        {"id": "panel:2021", "source": "Panel", "date": "2021-08-30", "text": THIS_YEAR},
        {
            "id": "league:1",
            "source": "League",
            "date": "2021-05-02",
            "text": "The panel wrote: “We have asked the Government for its account of these "
            "events,” and added: “We condemn … the incitement to hatred by officials”.",
        },
    ]
    file = tmp_path / "small.jsonl"
    file.write_text(
        "".join(json.dumps({"title": "T", "lang": "en", **line}) + "\n" for line in lines)
    )
    assert run("init").exit_code == 0
    assert run("import", file).exit_code == 0
    return run


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE)
    return path


def answers(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def test_every_quotation_of_an_article_is_found_judged_and_credited(
    held: Run, article: Path
) -> None:
    result = held("check", article, "--json")
    spliced, story, reply = answers(result.stdout)

    assert result.exit_code == 1
    assert (spliced["verdict"], spliced["statement"]) == ("spliced", "panel:1")
    assert spliced["omitted"] == [
        "We have asked the Government for its account of these events. It has not replied."
    ]
    assert "panel’s experts" in spliced["credited"]
    assert (story["verdict"], story["statement"]) == ("not-found", None)
    assert story["credited"] == "the Minister"
    assert (reply["verdict"], reply["credited"]) == ("verbatim", "the experts")


def test_what_is_not_found_says_what_was_searched(held: Run) -> None:
    result = held("check", "--quote", "The moon is made of cheese and always was", "--json")
    (answer,) = answers(result.stdout)

    assert result.exit_code == 1
    coverage = answer["coverage"]
    assert coverage["documents"] == 5
    assert (coverage["first_issued"], coverage["last_issued"]) == ("2020-08-30", "2021-08-30")
    by_name = {source["source"]: source for source in coverage["sources"]}
    assert by_name["Panel"]["versions"] == 3
    assert set(by_name["Panel"]) >= {"issuers", "last_good", "gaps", "first_issued"}


def test_all_verbatim_or_elided_is_exit_code_0(held: Run) -> None:
    assert held("check", "--quote", "held in secret because of whom they love").exit_code == 0
    assert held("check", "--quote", "We call on the authorities … everyone").exit_code == 0
    assert held("check", "--quote", "We call off the authorities to release").exit_code == 1


def test_a_batch_is_answered_line_by_line_in_order(held: Run, tmp_path: Path) -> None:
    batch = tmp_path / "quotes.jsonl"
    batch.write_text(
        '{"quote": "The moon is made of cheese and always was", "id": "a"}\n'
        '{"quote": "every prisoner has a name, and every name has a family", "id": "b"}\n'
        '{"quote": "every prisoner has a name, and every name has a family", '
        '"id": "c", "quoting": "panel:2020"}\n'
    )
    found = answers(held("check", "--batch", batch, "--json").stdout)

    assert [(one["id"], one["statement"]) for one in found] == [
        ("a", None),
        ("b", "panel:2020"),
        ("c", "panel:2021"),
    ]
    assert [other["statement"] for other in found[1]["also"]] == ["panel:2021"]
    keys = {"quote", "verdict", "statement", "version", "score", "edits", "omitted", "coverage"}
    assert all(keys <= set(one) for one in found)


def test_edits_are_pairs_of_what_was_said_and_what_was_printed(held: Run) -> None:
    result = held(
        "check", "--quote", "living in a climate of fear fueled by hateful speeches", "--json"
    )
    (answer,) = answers(result.stdout)
    assert answer["edits"] == [["fuelled", "fueled"]]
    assert answer["spelling_only"]


def test_a_broken_batch_line_names_the_line(held: Run, tmp_path: Path) -> None:
    batch = tmp_path / "quotes.jsonl"
    batch.write_text('{"quote": "one"}\n{"words": "two"}\n')
    result = held("check", "--batch", batch)
    assert result.exit_code == 9
    assert "quotes.jsonl:2: expected" in result.stderr


def test_the_terminal_report_shows_verdict_words_hidden_words_and_citation(
    held: Run, article: Path
) -> None:
    shown = held("check", article).stdout

    assert "SPLICED" in shown
    assert "left out (14 words)" in shown or "left out (15 words)" in shown
    assert "onrecord cite panel:1" in shown
    assert "Searched: 5 texts" in shown
    assert "fake" not in shown.lower()


def test_the_page_is_self_contained(held: Run, article: Path, tmp_path: Path) -> None:
    article.write_text(ARTICLE + "\n“<script>alert(1)</script> it was never so”, he said.\n")
    page = tmp_path / "report.html"
    held("check", article, "--html", page)
    text = page.read_text()

    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:|//)", text)
    assert text.count('class="card') == 4
    assert "Cite it" in text
    assert 'class="spliced" href="#s1"' in text


def test_an_article_without_quotations_says_so(held: Run, tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("Nothing is quoted here.")
    result = held("check", path)
    assert result.exit_code == 1
    assert "no quotations found" in result.stderr


@pytest.mark.parametrize(
    ("data", "code"), [(b"\x89PNG\r\n\x1a\n\0\0\0", 9), (b"a" * 5_000_000, 10)], ids=["png", "huge"]
)
def test_what_is_no_article_is_an_error_of_one_line(
    held: Run, tmp_path: Path, data: bytes, code: int
) -> None:
    path = tmp_path / "article"
    path.write_bytes(data)
    result = held("check", path)
    assert result.exit_code == code
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_standard_input_is_read(held: Run) -> None:
    assert held("check", "-", stdin="They said: “It has not replied.”").exit_code == 0


def test_wrong_use_is_told(held: Run) -> None:
    assert held("check").exit_code == 2
    assert held("check", "no-such-file.txt").exit_code == 2


def test_later_statements_that_quote_one_are_listed(held: Run) -> None:
    result = held("quotes", "panel:1", "--json")
    found = answers(result.stdout)

    assert result.exit_code == 0
    assert [(one["quoted_by"], one["verdict"]) for one in found] == [
        ("league:1", "verbatim"),
        ("league:1", "elided"),
    ]
    assert found[1]["omitted"] == ["firmly"]
    assert "firmly" in held("quotes", "panel:1").stdout


def test_a_statement_that_nobody_quotes_is_exit_code_1(held: Run) -> None:
    assert held("quotes", "league:1").exit_code == 1


def test_words_that_were_edited_away_are_found_and_said_to_be(
    run: Run, archive_folder: Path
) -> None:
    run("init")
    with transaction(archive_folder / "catalogue.sqlite") as connection:
        for number, text in enumerate(
            ("Not one prisoner is held here.", "We are looking into it.")
        ):
            capture = make_capture(at=day(number))
            updates.add_capture(connection, capture)
            updates.add_reading(connection, make_reading(text), capture)
    result = run("check", "--quote", "Not one prisoner is held here.", "--json")
    (answer,) = answers(result.stdout)

    assert result.exit_code == 0
    assert "edited-later" in {flag["flag"] for flag in answer["flags"]}


def test_credit_to_another_body_is_flagged(run: Run, archive_folder: Path, tmp_path: Path) -> None:
    run("init")
    with transaction(archive_folder / "catalogue.sqlite") as connection:
        capture = make_capture()
        updates.add_capture(connection, capture)
        reading = make_reading(
            "We urge Ruritania to put an end to the persecution of its own people."
        )
        updates.add_reading(connection, reading, capture)
    path = tmp_path / "a.txt"
    path.write_text(
        "“We urge Ruritania to put an end to the persecution,” Human Rights Watch said."
    )
    (answer,) = answers(run("check", path, "--json").stdout)

    assert answer["verdict"] == "verbatim"
    assert "credited-elsewhere" in {flag["flag"] for flag in answer["flags"]}


def test_a_paraphrase_is_offered_the_nearest_statement_and_given_no_source(held: Run) -> None:
    quote = "Local officials made hateful speeches that fuelled fear in a secret climate"
    (answer,) = answers(held("check", "--quote", quote, "--json").stdout)

    assert (answer["verdict"], answer["statement"]) == ("not-found", None)
    assert answer["nearest"]["statement"] == "panel:1"
    assert "other-words" in {flag["flag"] for flag in answer["flags"]}


def test_a_translation_is_offered_and_never_asserted(held: Run, tmp_path: Path) -> None:
    line = {
        "id": "visit:1",
        "source": "Panel",
        "date": "2021-06-01",
        "title": "Visit",
        "lang": "en",
        "text": "On 17 May the delegation of the Panel went from Strelsau to Zenda with Colonel "
        "Hentzau and was shown 240 empty cells, which had been painted the day before.",
    }
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps(line) + "\n")
    held("import", file)
    quote = (
        "Le 17 mai, la délégation est allée de Strelsau à Zenda avec le colonel Hentzau, qui lui a "
        "fait voir 240 cellules vides et repeintes la veille par des ouvriers."
    )
    (answer,) = answers(held("check", "--quote", quote, "--json").stdout)

    assert (answer["verdict"], answer["statement"]) == ("translated", None)
    assert answer["nearest"]["statement"] == "visit:1"
    assert answer["coverage"]["documents"] == 6
