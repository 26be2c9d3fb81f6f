"""`onrecord check`: what is flagged in statements of other languages than English."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

STATEMENTS = {
    "fr": "Le Conseil n’accepte pas que le garde ait fermé le pont et ne se taira jamais.",
    "de": "Der Rat wird nicht schweigen, denn die fünf Boote sind angeblich im Hafen geblieben.",
    "es": "El Consejo no acepta que la guardia cerrara el puente, y podría volver en verano.",
    "sw": "Baraza halikubali kwamba walinzi walifunga daraja la mto huo usiku wa manane.",
    "und": "Konsilo ne akceptas ke la gardistoj fermis la ponton de la rivero dum la nokto.",
}


@pytest.fixture
def languages_run(run: Run, tmp_path: Path) -> Run:
    """Return the tool, on an archive that holds a statement in each of several languages."""
    file = tmp_path / "statements.jsonl"
    file.write_text(
        "".join(
            json.dumps(
                {
                    "id": f"council-{lang}",
                    "source": "Council",
                    "date": "2024-03-04",
                    "title": "T",
                    "lang": lang,
                    "text": text,
                }
            )
            + "\n"
            for lang, text in STATEMENTS.items()
        )
    )
    assert run("init").exit_code == 0
    assert run("import", file).exit_code == 0
    return run


def check(run: Run, quote: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run("check", "--json", "--quote", quote).stdout)
    return result


def flags(result: dict[str, Any]) -> dict[str, str]:
    return {flag["flag"]: flag["detail"] for flag in result["flags"]}


@pytest.mark.parametrize(
    ("quote", "flag"),
    [
        ("Le Conseil accepte que le garde ait fermé le pont et ne se taira jamais", "negation"),
        ("Der Rat wird schweigen, denn die fünf Boote sind angeblich im Hafen", "negation"),
        ("Der Rat wird nicht schweigen, denn die sechs Boote sind angeblich", "number"),
        ("denn die fünf Boote sind im Hafen geblieben", "qualifier"),
        ("El Consejo no acepta que la guardia cerrara el puente, y puede volver", "modality"),
    ],
)
def test_a_changed_word_is_flagged_by_the_language_of_the_statement(
    languages_run: Run, quote: str, flag: str
) -> None:
    result = check(languages_run, quote)

    assert result["verdict"] == "altered"
    assert flag in flags(result)
    assert "not-judged" not in flags(result)


def test_the_sorts_of_a_change_see_the_whole_negation(languages_run: Run) -> None:
    result = check(
        languages_run, "Le Conseil accepte que le garde ait fermé le pont et ne se taira jamais"
    )

    assert all("negation" in change["sorts"] for change in result["changes"])


@pytest.mark.parametrize(
    ("quote", "title"),
    [
        ("Baraza linakubali kwamba walinzi walifunga daraja la mto huo usiku", "language sw"),
        ("Konsilo akceptas ke la gardistoj fermis la ponton de la rivero", "language und"),
    ],
)
def test_a_language_without_lists_is_named_with_what_was_not_judged(
    languages_run: Run, tmp_path: Path, quote: str, title: str
) -> None:
    expected = f"{title}: negation, modality, qualifier, number words, dates"
    page = tmp_path / "report.html"

    assert flags(check(languages_run, quote))["not-judged"] == expected
    assert "not-judged" in languages_run("check", "--quote", quote, "--html", page).output
    assert f"<b>not-judged</b>: {expected}" in page.read_text()


def test_a_verbatim_quotation_needs_no_judgement(languages_run: Run) -> None:
    result = check(languages_run, "Baraza halikubali kwamba walinzi walifunga daraja la mto huo")

    assert result["verdict"] == "verbatim"
    assert "not-judged" not in flags(result)


def check_article(run: Run, folder: Path, text: str, name: str = "a.txt") -> list[dict[str, Any]]:
    path = folder / name
    path.write_text(text)
    return [json.loads(line) for line in run("check", path, "--json").stdout.splitlines()]


@pytest.mark.parametrize(
    ("text", "statement", "credited"),
    [
        (
            "« Le Conseil n’accepte pas, a déclaré Anna Holm, que le garde ait fermé le pont ».",
            "council-fr",
            "Anna Holm",
        ),
        (
            "—El Consejo no acepta que la guardia cerrara el puente —dijo Ana—, y podría volver.",
            "council-es",
            "Ana",
        ),
        (
            "Am Sonntag sagte der Council: »Der Rat wird nicht schweigen, denn die fünf Boote».",
            "council-de",
            "der Council",
        ),
    ],
)
def test_an_article_is_read_by_its_conventions(
    languages_run: Run, tmp_path: Path, text: str, statement: str, credited: str
) -> None:
    (row,) = check_article(languages_run, tmp_path, text)

    assert (row["verdict"], row["statement"], row["credited"]) == (
        "verbatim",
        statement,
        credited,
    )


def test_an_embedded_post_is_checked_without_its_signature(
    languages_run: Run, tmp_path: Path
) -> None:
    page = (
        "<html><body><p>It wrote:</p><blockquote class='twitter-tweet'><p>Der Rat wird nicht "
        "schweigen, denn die fünf Boote sind angeblich im Hafen geblieben. "
        "<a href='#'>https://t.co/Ab1</a></p>— Council (@council) March 5, 2024</blockquote>"
        "</body></html>"
    )
    (row,) = check_article(languages_run, tmp_path, page, "a.html")

    assert (row["verdict"], row["way"], row["credited"]) == (
        "verbatim",
        "post",
        "Council (@council)",
    )
    assert flags(row) == {"transcript": "from a text collection, not from a capture"}


@pytest.mark.parametrize("lead", ["On Sunday, ", "Speaking in Strelsau last week, ", ""])
def test_a_lead_of_time_or_place_gives_no_false_warning(
    languages_run: Run, tmp_path: Path, lead: str
) -> None:
    quote = "“El Consejo no acepta que la guardia cerrara el puente, y podría volver.”"
    (row,) = check_article(
        languages_run, tmp_path, f"{lead}the Council said: {quote} Critics said it would not."
    )
    (other,) = check_article(languages_run, tmp_path, f"{lead}the Mining League said: {quote}")

    assert "credited-elsewhere" not in flags(row)
    assert "credited-elsewhere" in flags(other)
