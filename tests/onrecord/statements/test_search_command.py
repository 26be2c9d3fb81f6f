"""The command search, as a user calls it: what it finds, what it cannot do, what it searched."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

TEXTS = [
    ("BC/2024/1", "Brook Council", "en", "The Lantern Declaration", "They heard two doctors."),
    ("BC/2024/2", "Brook Council", "en", "Letter", "We do not accept that the raid was lawful."),
    ("VAL-7", "Governor of Val", "fr", "Réponse", "Le conseil cite BC/2024/2 sans raison."),
]


@pytest.fixture
def search(run: Run, tmp_path: Path) -> Run:
    """Run `search` on an archive of three invented transcripts."""
    lines = [
        json.dumps(
            {
                "id": name,
                "source": source,
                "date": f"2024-03-0{number}",
                "lang": lang,
                "title": title,
                "text": text,
                "url": f"https://brook.example/t/{number}",
            }
        )
        for number, (name, source, lang, title, text) in enumerate(TEXTS, 1)
    ]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(lines))
    run("init")
    run("import", path)
    return lambda *args: run("search", *args)


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def names_and_matches(search: Run, query: str) -> list[tuple[str, list[str]]]:
    hits = objects(search("--json", "--", query).stdout)
    return [(hit["statement"], hit["matched"]) for hit in hits]


@pytest.mark.parametrize("query", ["‘raid was lawful’", "「raid was lawful」", "'raid was lawful'"])
def test_marks_of_every_kind_are_verbatim(search: Run, query: str) -> None:
    assert names_and_matches(search, query) == [("BC/2024/2", ["text"])]
    assert search(query.replace("was lawful", "lawful was")).exit_code == 1


def test_titles_symbols_and_addresses_are_found(search: Run) -> None:
    assert names_and_matches(search, "declaration") == [("BC/2024/1", ["title"])]
    assert names_and_matches(search, '"the lantern declaration"') == [("BC/2024/1", ["title"])]
    assert names_and_matches(search, "title:letter") == [("BC/2024/2", ["title"])]
    assert names_and_matches(search, "BC/2024/2") == [
        ("BC/2024/2", ["symbol"]),
        ("VAL-7", ["text"]),
    ]
    assert names_and_matches(search, "symbol:val-7") == [("VAL-7", ["symbol"])]
    assert names_and_matches(search, "https://www.brook.example/t/1") == [("BC/2024/1", ["url"])]
    assert names_and_matches(search, "source:brook url:brook.example/t/3") == []


def test_a_hit_in_a_title_is_labelled(search: Run) -> None:
    (hit,) = objects(search("--json", '"lantern declaration"').stdout)

    assert hit["title_passages"] == [{"start": 4, "end": 23, "exact": "Lantern Declaration"}]
    assert "matches in the title" in search('"lantern declaration"').stdout
    assert "matches by its symbol" in search("symbol:VAL-7").stdout
    assert "matches" not in search('"two doctors"').stdout


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ('"we * accept"', "a lone * is not a word"),
        ('"law?ul"', "? is not a wildcard"),
        ("source:Brook-Counsil raid", "the nearest is Brook Council"),
        ("kind:trancript raid", "the nearest is transcript"),
        ("lang:xx raid", "no such language: xx"),
        ("sorce:x raid", "the nearest is source"),
        ("after:2024-02-30 raid", "no such day"),
        ("after:2024 before:2023 raid", "no day is on or after 2024-01-01 and before 2023-01-01"),
    ],
)
def test_what_cannot_be_asked_is_an_error_with_its_place(
    search: Run, query: str, sentence: str
) -> None:
    result = search("--", query)

    assert result.exit_code == 8
    assert sentence in result.stderr
    assert f"  {query}\n" in result.stderr
    assert result.stderr.splitlines()[-1].strip() == "^"


@pytest.mark.parametrize("query", ["lang:sw raid", "source:ohchr raid", "kind:speech raid"])
def test_a_name_that_exists_without_statements_is_nothing_found(search: Run, query: str) -> None:
    result = search("--", query)

    assert result.exit_code == 1
    assert "none of the 3 statements in the archive" in result.stderr


def test_nothing_found_says_exactly_what_was_searched(search: Run) -> None:
    assert search('"nobody wrote this"').stderr == (
        "nothing found in the texts and titles of 3 statements, issued 2024-03-01 to 2024-03-03, "
        "of: Brook Council (2), Governor of Val (1); --page searches the rest of their pages too\n"
    )
    assert search("source:brook after:2024-03-02 zebra").stderr == (
        "nothing found in the texts and titles of 1 statement, issued 2024, "
        "of: Brook Council (1); the archive has 3 statements in all; "
        "--page searches the rest of their pages too\n"
    )
    assert search("title:zebra").stderr.startswith("nothing found in the titles of 3 statements,")
    assert "no page of the 3 statements" in search("--page", "zebra").stderr


def test_three_plain_words_get_a_hint_at_quotation_marks(search: Run) -> None:
    hint = "in quotation marks, verbatim: onrecord search '\"raid was lawful\"'"

    assert hint in search("raid", "was", "lawful").stderr
    assert hint in search("--json", "raid was lawful").stderr
    assert hint in search("source:brook", "raid was lawful").stderr
    for query in ('"raid was lawful"', "raid lawful", "raid AND was AND lawful", "a b OR c"):
        assert "quotation marks" not in search(query).stderr


def test_a_watch_takes_only_what_can_be_asked(search: Run, run: Run) -> None:
    result = run("watch", "add", "source:Brook-Counsil raid")

    assert result.exit_code == 8
    assert "the nearest is Brook Council" in result.stderr
    assert run("watch", "add", 'source:"Brook Council" ‘raid was lawful’').exit_code == 0
    assert run("watch", "add", '"we * accept"').exit_code == 8


EQUAL_TEXT = "The council will give the families of the ferrymen every help that the law allows."


@pytest.fixture
def equal_run(run: Run, tmp_path: Path) -> Run:
    """Return the tool, on an archive in which four feeds have one text."""
    lines = [
        json.dumps(
            {
                "id": f"ferry-{number}",
                "source": source,
                "date": f"2024-03-0{number}",
                "lang": "en",
                "title": f"Letter {number}",
                "text": EQUAL_TEXT,
                "url": f"https://brook.example/f/{number}",
            }
        )
        for number, source in enumerate(("Council", "Council News", "All", "Newsroom"), 1)
    ]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(lines))
    run("init")
    run("import", path)
    return run


def test_equal_texts_are_one_hit_that_names_each_statement(equal_run: Run) -> None:
    (hit,) = objects(equal_run("search", "--json", "--", '"families of the ferrymen"').stdout)

    assert (hit["statement"], hit["also_count"]) == ("ferry-1", 3)
    assert [
        (other["statement"], other["source"], other["url"], other["issued"])
        for other in hit["also"]
    ] == [
        ("ferry-2", "Council News", "https://brook.example/f/2", "2024-03-02"),
        ("ferry-3", "All", "https://brook.example/f/3", "2024-03-03"),
        ("ferry-4", "Newsroom", "https://brook.example/f/4", "2024-03-04"),
    ]
    assert all(other["capture"]["id"] for other in hit["also"])


def test_the_count_says_how_many_statements_and_texts_there_are(equal_run: Run) -> None:
    shown = equal_run("search", "--", "ferrymen").stdout
    counts = objects(equal_run("search", "--json", "--facets", "--", "ferrymen").stdout)[-1]

    assert shown.startswith("4 statements, 1 different text\n")
    assert shown.count("also: ") == 3
    assert "https://brook.example/f/4" in shown.replace("\n", "")
    assert (counts["total"], counts["statements"]) == (1, 4)


def test_all_versions_shows_each_of_the_equal_texts(equal_run: Run) -> None:
    hits = objects(equal_run("search", "--json", "--all-versions", "--", "ferrymen").stdout)

    assert [(len(hits), hit["also"]) for hit in hits] == [(4, [])] * 4


def test_an_export_and_a_check_name_the_statements_with_the_same_text(equal_run: Run) -> None:
    exported = objects(equal_run("export", "-").stdout)
    (checked,) = objects(equal_run("check", "--quote", EQUAL_TEXT, "--json").stdout)

    assert [len(version["also"]) for version in exported] == [3] * 4
    assert {other["source"] for other in checked["also"]} == {"Council News", "All", "Newsroom"}
