"""`onrecord check` and `onrecord quotes`, as a user runs them, on a small archive."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from archive.catalogue import write_rows
from archive.catalogue.database import transaction
from tests.conftest import Run
from tests.support.builders import day, make_capture, make_reading
from tests.support.panel_statements import LAST_YEAR, MINISTRY, PANEL, THIS_YEAR

# Two paragraphs of the panel spliced with " …. ", inside an article.
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
def panel_run(run: Run, tmp_path: Path) -> Run:
    """Return the tool, on an archive that holds the panel's statements."""
    lines = [
        {"id": "panel:1", "source": "Panel", "date": "2021-04-13", "text": PANEL},
        {"id": "ministry:1", "source": "Ministry", "date": "2021-04-14", "text": MINISTRY},
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


def parse_lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("quoted", ["2021", "_", "__2021__", "4 2"])
def test_marks_around_digits_or_underscores_alone_do_not_fail(
    panel_run: Run, tmp_path: Path, quoted: str
) -> None:
    article = tmp_path / "digits.txt"
    article.write_text(f"The year “{quoted}” is printed on the cover.\n")

    result = panel_run("check", article, "--json")

    (line,) = parse_lines(result.stdout)
    assert (line["quote"], line["verdict"], result.exit_code) == (quoted, "not-found", 1)


def test_every_quotation_of_an_article_is_found_judged_and_attributed(
    panel_run: Run, article: Path
) -> None:
    result = panel_run("check", article, "--json")
    spliced, story, reply = parse_lines(result.stdout)

    assert result.exit_code == 1
    assert (spliced["verdict"], spliced["statement"]) == ("spliced", "panel:1")
    assert spliced["omitted"] == [
        "We have asked the Government for its account of these events. It has not replied."
    ]
    assert "panel’s experts" in spliced["credited"]
    assert (story["verdict"], story["statement"]) == ("not-found", None)
    assert story["credited"] == "the Minister"
    assert (reply["verdict"], reply["credited"]) == ("verbatim", "the experts")


def test_what_is_not_found_says_what_was_searched(panel_run: Run) -> None:
    result = panel_run("check", "--quote", "The moon is made of cheese and always was", "--json")
    (answer,) = parse_lines(result.stdout)

    assert result.exit_code == 1
    coverage = answer["coverage"]
    assert coverage["documents"] == 5
    assert (coverage["first_issued"], coverage["last_issued"]) == ("2020-08-30", "2021-08-30")
    by_name = {source["source"]: source for source in coverage["sources"]}
    assert by_name["Panel"]["versions"] == 3
    assert set(by_name["Panel"]) >= {"issuers", "last_good", "gaps", "first_issued"}


def test_all_verbatim_or_elided_is_exit_code_0(panel_run: Run) -> None:
    assert panel_run("check", "--quote", "held in secret because of whom they love").exit_code == 0
    assert panel_run("check", "--quote", "We call on the authorities … everyone").exit_code == 0
    assert panel_run("check", "--quote", "We call off the authorities to release").exit_code == 1


def test_a_batch_is_answered_line_by_line_in_order(panel_run: Run, tmp_path: Path) -> None:
    batch = tmp_path / "quotes.jsonl"
    batch.write_text(
        '{"quote": "The moon is made of cheese and always was", "id": "a"}\n'
        '{"quote": "every prisoner has a name, and every name has a family", "id": "b"}\n'
        '{"quote": "every prisoner has a name, and every name has a family", '
        '"id": "c", "quoting": "panel:2020"}\n'
    )
    results = parse_lines(panel_run("check", "--batch", batch, "--json").stdout)

    assert [(result["id"], result["statement"]) for result in results] == [
        ("a", None),
        ("b", "panel:2020"),
        ("c", "panel:2021"),
    ]
    assert [other["statement"] for other in results[1]["also"]] == ["panel:2021"]
    keys = {"quote", "verdict", "statement", "version", "score", "edits", "omitted", "coverage"}
    assert all(keys <= set(result) for result in results)


def test_edits_are_pairs_of_source_words_and_printed_words(panel_run: Run) -> None:
    result = panel_run(
        "check", "--quote", "living in a climate of fear fueled by hateful speeches", "--json"
    )
    (answer,) = parse_lines(result.stdout)
    assert answer["edits"] == [["fuelled", "fueled"]]
    assert answer["spelling_only"]


def test_a_broken_batch_line_names_the_line(panel_run: Run, tmp_path: Path) -> None:
    batch = tmp_path / "quotes.jsonl"
    batch.write_text('{"quote": "one"}\n{"words": "two"}\n')
    result = panel_run("check", "--batch", batch)
    assert result.exit_code == 9
    assert "quotes.jsonl:2: expected" in result.stderr


def test_the_terminal_report_shows_verdict_words_hidden_words_and_citation(
    panel_run: Run, article: Path
) -> None:
    output = panel_run("check", article).stdout

    assert "SPLICED" in output
    assert "left out (14 words)" in output or "left out (15 words)" in output
    assert "onrecord cite panel:1" in output
    assert "Searched: 5 texts" in output
    assert "fake" not in output.lower()


def test_the_html_report_is_self_contained(panel_run: Run, article: Path, tmp_path: Path) -> None:
    article.write_text(ARTICLE + "\n“<script>alert(1)</script> it was never so”, he said.\n")
    page = tmp_path / "report.html"
    panel_run("check", article, "--html", page)
    text = page.read_text()

    assert "<script" not in text
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:|//)", text)
    assert text.count('class="card') == 4
    assert "Cite it" in text
    assert 'class="spliced" href="#s1"' in text


def test_an_article_without_quotations_is_reported(panel_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("Nothing is quoted here.")
    result = panel_run("check", path)
    assert result.exit_code == 1
    assert "no quotations found" in result.stderr


@pytest.mark.parametrize(
    ("data", "code"), [(b"\x89PNG\r\n\x1a\n\0\0\0", 9), (b"a" * 5_000_000, 10)], ids=["png", "huge"]
)
def test_a_file_that_is_no_article_is_an_error_of_one_line(
    panel_run: Run, tmp_path: Path, data: bytes, code: int
) -> None:
    path = tmp_path / "article"
    path.write_bytes(data)
    result = panel_run("check", path)
    assert result.exit_code == code
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_standard_input_is_read(panel_run: Run) -> None:
    assert panel_run("check", "-", stdin="They said: “It has not replied.”").exit_code == 0


def test_wrong_usage_is_exit_code_2(panel_run: Run) -> None:
    assert panel_run("check").exit_code == 2
    assert panel_run("check", "no-such-file.txt").exit_code == 2


def test_later_statements_that_quote_one_are_listed(panel_run: Run) -> None:
    result = panel_run("quotes", "panel:1", "--json")
    quoting = parse_lines(result.stdout)

    assert result.exit_code == 0
    assert [(item["quoted_by"], item["verdict"]) for item in quoting] == [
        ("league:1", "verbatim"),
        ("league:1", "elided"),
    ]
    assert quoting[1]["omitted"] == ["firmly"]
    assert "firmly" in panel_run("quotes", "panel:1").stdout


def test_a_statement_that_nobody_quotes_is_exit_code_1(panel_run: Run) -> None:
    assert panel_run("quotes", "league:1").exit_code == 1


def test_words_that_were_edited_away_are_found_and_flagged(run: Run, archive_folder: Path) -> None:
    run("init")
    with transaction(archive_folder / "catalogue.sqlite") as connection:
        for number, text in enumerate(
            ("Not one prisoner is held here.", "We are looking into it.")
        ):
            capture = make_capture(at=day(number))
            write_rows.add_capture(connection, capture)
            write_rows.add_reading(connection, make_reading(text), capture)
    result = run("check", "--quote", "Not one prisoner is held here.", "--json")
    (checked,) = parse_lines(result.stdout)

    assert result.exit_code == 0
    assert "edited-later" in {flag["flag"] for flag in checked["flags"]}


def test_attribution_to_another_body_is_flagged(
    run: Run, archive_folder: Path, tmp_path: Path
) -> None:
    run("init")
    with transaction(archive_folder / "catalogue.sqlite") as connection:
        capture = make_capture()
        write_rows.add_capture(connection, capture)
        reading = make_reading(
            "We urge Ruritania to put an end to the persecution of its own people."
        )
        write_rows.add_reading(connection, reading, capture)
    path = tmp_path / "a.txt"
    path.write_text(
        "“We urge Ruritania to put an end to the persecution,” Human Rights Watch said."
    )
    (answer,) = parse_lines(run("check", path, "--json").stdout)

    assert answer["verdict"] == "verbatim"
    assert "credited-elsewhere" in {flag["flag"] for flag in answer["flags"]}


def test_a_paraphrase_has_a_nearest_statement_and_no_source(panel_run: Run) -> None:
    quote = "Local officials made hateful speeches that fuelled fear in a secret climate"
    (answer,) = parse_lines(panel_run("check", "--quote", quote, "--json").stdout)

    assert (answer["verdict"], answer["statement"]) == ("not-found", None)
    assert answer["nearest"]["statement"] == "panel:1"
    assert "other-words" in {flag["flag"] for flag in answer["flags"]}


def test_a_translation_is_offered_and_never_asserted(panel_run: Run, tmp_path: Path) -> None:
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
    panel_run("import", file)
    quote = (
        "Le 17 mai, la délégation est allée de Strelsau à Zenda avec le colonel Hentzau, qui lui a "
        "fait voir 240 cellules vides et repeintes la veille par des ouvriers."
    )
    (answer,) = parse_lines(panel_run("check", "--quote", quote, "--json").stdout)

    assert (answer["verdict"], answer["statement"]) == ("translated", None)
    assert answer["nearest"]["statement"] == "visit:1"
    assert answer["coverage"]["documents"] == 6


@pytest.mark.parametrize(
    "aside",
    [
        "The “millet” of Val was sold.",
        "Газета «Новый жернов» молчала.",
        "映画『川の子』も公開された。",
        "« Les Meuniers du val » sort demain.",
    ],
)
def test_a_title_or_a_single_word_fails_no_article(panel_run: Run, aside: str) -> None:
    story = f"They said: “It has not replied.”\n\n{aside}"

    assert panel_run("check", "-", stdin=story).exit_code == 0
    assert panel_run("check", "-", stdin=aside).exit_code == 1


def test_a_short_quotation_that_is_credited_is_no_title(panel_run: Run) -> None:
    story = "They said: “It has not replied.”\n\n“Never again so,” said Anna Holm."

    assert panel_run("check", "-", stdin=story).exit_code == 1
