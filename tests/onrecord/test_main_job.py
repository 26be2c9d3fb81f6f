"""The main job from the command line: scrape, search, show the edit, cite, verify, rebuild."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, packed_editions

EDITED = "meridian_panel:PD_2024_7"


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_phrase_leads_to_its_statement_and_capture(panel_archive: Run) -> None:
    result = panel_archive("search", '"refused entry to the facility"', "--json")

    (hit,) = objects(result.stdout)
    assert hit["statement"] == EDITED
    assert hit["passage"]["exact"] == "refused entry to the facility"
    assert hit["capture"]["captured"] == "2024-03-05T09:30:00Z"
    assert hit["capture"]["memento"].endswith(
        "/20240305093000/https://panel.meridian.example/statements/pd-2024-7.html"
    )
    assert hit["current"] is False


def test_a_denial_does_not_match_its_opposite(panel_archive: Run) -> None:
    assert panel_archive("search", '"stated that no such facility exists"').exit_code == 0
    assert panel_archive("search", '"stated that such facility exists"').exit_code == 1


def test_a_search_without_hits_names_what_was_searched(panel_archive: Run) -> None:
    result = panel_archive("search", '"words that nobody said"')

    assert result.exit_code == 1
    assert result.stdout == ""
    assert (
        "3 statements (4 versions), issued 2024-03-04 to 2024-05-17, of: meridian_panel (3)"
        in result.stderr
    )


def test_a_broken_query_is_an_error_with_a_mark_under_the_place(panel_archive: Run) -> None:
    result = panel_archive("search", "detained AND")

    assert result.exit_code == 8
    lines = result.stderr.splitlines()
    assert lines[1] == "  detained AND"
    assert lines[2].strip() == "^"


def test_many_phrases_are_searched_in_one_run_and_those_without_hits_are_listed_too(
    panel_archive: Run,
) -> None:
    result = panel_archive(
        "search", "--batch", "-", "--json", stdin="held without charge\nnobody said this\n"
    )

    assert [(o["phrase"], o["total"]) for o in objects(result.stdout)] == [
        ("held without charge", 2),
        ("nobody said this", 0),
    ]


def test_the_edit_shows_as_the_deleted_sentence(panel_archive: Run) -> None:
    (step,) = objects(panel_archive("diff", EDITED, "--json").stdout)

    (change,) = step["changes"]
    assert change["op"] == "delete"
    assert change["before"] == (
        "Members of the Panel were refused entry to the facility on 1 March."
    )
    assert step["before"]["captured"] == "2024-03-05T09:30:00Z"
    assert step["after"]["captured"] == "2024-05-20T09:30:00Z"


def test_a_statement_without_a_change_says_so(panel_archive: Run) -> None:
    result = panel_archive("diff", "meridian_panel:PD_2024_8")

    assert result.exit_code == 1
    assert "one version only" in result.stderr


@pytest.mark.parametrize(("first", "second"), [("1", "2"), ("1", None)])
def test_versions_are_named_by_number(panel_archive: Run, first: str, second: str | None) -> None:
    names = [first] if second is None else [first, second]

    assert "refused entry" in panel_archive("diff", EDITED, *names).stdout


def test_quoted_words_are_cited_from_the_version_that_has_them(panel_archive: Run) -> None:
    result = panel_archive("cite", EDITED, "--quote", "refused entry", "--style", "wikipedia")

    assert "archive-date=5 March 2024" in result.stdout
    assert "quote=refused entry" in result.stdout


def test_words_that_are_not_in_the_statement_are_not_cited(panel_archive: Run) -> None:
    result = panel_archive("cite", EDITED, "--quote", "welcomed at the facility")

    assert result.exit_code == 1
    assert "found them in none" in result.stderr


def test_every_style_gives_what_a_citation_needs(panel_archive: Run) -> None:
    citations = objects(panel_archive("cite", EDITED, "--style", "all", "--json").stdout)

    assert len(citations) == 12
    for citation in citations:
        for part in ("Panel on Disappearances", "Ostrel Street", "2024", "panel.meridian"):
            assert part in citation["citation"], citation["style"]


def test_scraping_again_adds_nothing(panel_archive: Run) -> None:
    result = panel_archive("scrape", "meridian_panel", "--from", packed_editions(), "--json")

    (run,) = objects(result.stdout)
    assert (run["statements"], run["versions"]) == (0, 0)
    before = objects(panel_archive("status", "--json").stdout)
    assert before[0]["captures"] == 7


def export_rows(run: Run) -> set[tuple[str, str, str, str]]:
    rows = objects(run("export", "--format", "jsonl", "-").stdout)
    keys = ("version", "text_sha256", "first_seen", "last_seen")
    return {tuple(row[key] for key in keys) for row in rows}  # type: ignore[misc]


def test_the_catalogue_and_the_index_are_rebuilt_from_the_warc_files_alone(
    panel_archive: Run, archive_folder: Path
) -> None:
    before = export_rows(panel_archive)
    shutil.rmtree(archive_folder / "index")
    for file in archive_folder.glob("catalogue.sqlite*"):
        file.unlink()

    assert panel_archive("rebuild").exit_code == 0

    assert export_rows(panel_archive) == before
    assert panel_archive("search", '"refused entry to the facility"').exit_code == 0


def test_one_flipped_byte_is_found_and_the_record_is_named(
    panel_archive: Run, archive_folder: Path
) -> None:
    (warc,) = (archive_folder / "warc").rglob("*.warc.gz")
    warc.chmod(0o600)
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 1
    warc.write_bytes(data)

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert warc.name in result.stdout
    assert "FAILED" in result.stdout


def test_an_unchanged_archive_verifies(panel_archive: Run) -> None:
    assert panel_archive("verify").exit_code == 0


def test_files_are_readable_by_their_owner_alone(panel_archive: Run, archive_folder: Path) -> None:
    for path in [archive_folder, archive_folder / "warc", archive_folder / "onrecord.toml"]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_source_is_tried_without_keeping_anything(
    panel_archive: Run, archive_folder: Path
) -> None:
    before = sorted(archive_folder.rglob("*"))

    result = panel_archive("sources", "test", "meridian_panel", "--from", packed_editions())

    assert "PD/2024/7" in result.stdout
    assert sorted(archive_folder.rglob("*")) == before


PAGE = "https://panel.meridian.example/statements/pd-2024-11.html"


def test_a_source_is_tried_on_one_page_and_shows_each_field_with_its_rule(
    panel_archive: Run,
) -> None:
    result = panel_archive("sources", "test", "meridian_panel", PAGE, "--from", packed_editions())

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith("http")] == [PAGE]
    assert any(line.split()[:2] == ["identity", "PD/2024/11"] and "←" in line for line in lines)
    assert any(line.split()[:2] == ["venue", "(nothing)"] for line in lines)


def test_a_source_tried_on_a_page_reports_the_same_in_json(panel_archive: Run) -> None:
    arguments = ("sources", "test", "meridian_panel", PAGE, "--from", packed_editions(), "--json")

    (report,) = [json.loads(line) for line in panel_archive(*arguments).stdout.splitlines()]

    fields = {field["name"]: field for field in report["fields"]}
    assert fields["identity"]["said"] == "PD/2024/11"
    assert fields["title"]["rule"]


def test_a_second_onrecord_fails_because_the_archive_is_locked(
    panel_archive: Run, archive_folder: Path
) -> None:
    from archive.archive_folder import find_archive

    with find_archive(archive_folder).lock_alone():
        result = panel_archive("scrape", "meridian_panel", "--from", packed_editions())

    assert result.exit_code == 7
    assert "another onrecord is writing to this archive" in result.stderr


def test_a_missing_archive_is_a_one_line_error_that_names_init(run: Run) -> None:
    result = run("status")

    assert result.exit_code == 6
    assert "onrecord init" in result.stderr
