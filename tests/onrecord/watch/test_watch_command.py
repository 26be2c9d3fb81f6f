"""The commands status, coverage, diff, watch and schedule, as a user calls them."""

import json
from pathlib import Path
from typing import Any

from archive.sandbox.confinement import machine_confinement
from tests.conftest import Run
from tests.onrecord.conftest import PANEL, Collecting

EDITED = "meridian_panel:PD_2024_7"


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_status_names_a_blocked_source_and_a_missing_statement(
    collecting: Collecting, run: Run
) -> None:
    collecting.publisher.publish(7, "Release them.")
    collecting.publisher.publish(8, "We regret.")
    collecting.every(24, 2)
    collecting.publisher.withdraw(7)
    collecting.every(24, 3)
    collecting.site.blocked = True
    collecting.every(24, 4)

    *sources, archive = objects(run("status", "--json").stdout)

    (panel,) = [item for item in sources if item["source"] == PANEL]
    assert "blocked" in {item["kind"] for item in panel["wrong"]}
    assert (panel["statements"], panel["expected_minimum"]) == (2, 1)
    (missing,) = archive["absent"]
    assert (missing["kind"], missing["statement"]) == ("missing", EDITED)
    assert archive["log"]["entries"] > 0
    assert run("status", "--fail").exit_code == 1


def test_status_says_what_the_kernel_can_forbid_the_process_that_reads_pages(run: Run) -> None:
    run("init")
    (archive,) = objects(run("status", "--json").stdout)
    machine = machine_confinement()

    assert archive["sandbox"] == {
        "landlock_abi": machine.landlock_abi,
        "seccomp": machine.has_seccomp,
    }
    assert f"a sandbox with {machine}" in run("status").stdout.splitlines()[-1]


def test_status_says_which_selector_finds_nothing_since_when_and_on_which_page(
    collecting: Collecting, run: Run
) -> None:
    collecting.publisher.publish(1, "One.")
    collecting.every(24, 2)
    for number in range(2, 8):
        url = collecting.publisher.publish(number, "Two.")
        collecting.publisher.pages[url] = collecting.publisher.pages[url].replace("h1>", "h2>")
    collecting.every(24, 2)

    shown = run("status", "--json").stdout

    (panel, *_) = [item for item in objects(shown) if item.get("source") == PANEL]
    (drift,) = [item for item in panel["wrong"] if item["kind"] == "drift"]
    assert ".statement h1" in drift["detail"]
    assert "pd-2024-" in drift["detail"]
    assert drift["since"].startswith("2024-03-16")


def test_coverage_names_for_each_day_what_is_held_and_why_not(
    collecting: Collecting, run: Run, tmp_path: Path
) -> None:
    collecting.publisher.publish(7, "Release them.")
    collecting.every(24, 2)
    collecting.clock.pass_by(days=3)
    collecting.site.blocked = True
    collecting.every(24, 1)

    days = objects(run("coverage", PANEL, "--since", "2024-03-04", "--json").stdout)

    by_day = {item["day"]: (item["sure"], item["held"]) for item in days}
    assert by_day["2024-03-04"] == ("held", 1)
    assert by_day["2024-03-14"] == ("none", 0)
    assert by_day["2024-03-17"] == ("unseen", 0)
    assert by_day["2024-03-19"] == ("failed", 0)
    page = tmp_path / "coverage.html"
    assert run("coverage", "--html", page).exit_code == 0
    shown = page.read_text(encoding="utf-8")
    assert "Content-Security-Policy" in shown
    assert "2024-03-19: no good look: 1 blocked" in shown
    assert "<script" not in shown


def test_coverage_of_nothing_exits_1(collecting: Collecting, run: Run) -> None:
    assert run("coverage").exit_code == 1


def test_a_changes_page_marks_changed_words_and_runs_no_script(
    collecting: Collecting, run: Run, tmp_path: Path
) -> None:
    collecting.publisher.publish(7, "They were not detained. 12 men &lt;b&gt;left&lt;/b&gt;.")
    collecting.every(24, 1)
    collecting.publisher.publish(7, "They were detained. 13 men &lt;b&gt;left&lt;/b&gt;.")
    collecting.every(24 * 31, 1)
    page = tmp_path / "changes.html"

    assert run("diff", EDITED, "--html", page).exit_code == 0

    shown = page.read_text(encoding="utf-8")
    assert 'data-sorts="wording negation"' in shown
    assert ">12</del>" in shown
    assert "&lt;b&gt;left" in shown
    assert "default-src 'none'" in shown
    (step,) = objects(run("diff", EDITED, "--json").stdout)
    assert step["sorts"] == {"wording": 2, "numbers": 1, "negation": 1}


def test_a_quotation_is_watched_from_the_command_line_and_its_change_is_one_alert(
    collecting: Collecting, run: Run, tmp_path: Path
) -> None:
    feed = tmp_path / "alerts.json"
    collecting.publisher.publish(7, "They were refused entry. We left.")
    collecting.every(24, 1)
    assert run("watch", "quote", "refused entry").stdout == "1\n"
    assert run("watch", "to", f"jsonfeed:{feed}").exit_code == 0
    assert run("watch", "check").exit_code == 1
    collecting.publisher.publish(7, "They were shown in. We left.")
    collecting.every(24 * 31, 1)

    run("watch", "check")
    alerts = objects(run("watch", "alerts", "--json").stdout)

    assert [item["detail"] for item in alerts] == ["the words are no longer there"]
    (item,) = json.loads(feed.read_text())["items"]
    assert item["_onrecord"] == alerts[0]
    assert "onrecord diff meridian_panel:PD_2024_7" in item["content_text"]


def test_a_quotation_that_no_statement_has_cannot_be_watched(
    collecting: Collecting, run: Run
) -> None:
    collecting.publisher.publish(7, "They were refused entry.")
    collecting.every(24, 1)

    assert run("watch", "quote", "nobody said this").exit_code == 1
    assert run("watch", "quote", "nobody said this", "--statement", EDITED).exit_code == 1
    assert run("watch", "list").stdout == ""


def test_watches_are_listed_and_removed(collecting: Collecting, run: Run) -> None:
    run("watch", "add", '"held without charge"')
    run("watch", "source", PANEL)

    assert run("watch", "list").stdout.splitlines() == [
        '1  query  "held without charge"',
        f"2  source  {PANEL}",
    ]
    assert run("watch", "remove", "1").exit_code == 0
    assert run("watch", "remove", "1").exit_code == 4
    assert run("watch", "add", "detained AND").exit_code == 8
    assert run("watch", "source", "no_such").exit_code == 4


def test_a_paused_source_says_so_and_is_resumed(collecting: Collecting, run: Run) -> None:
    assert run("schedule", "pause", PANEL).exit_code == 0
    lines = objects(run("schedule", "show", "--json").stdout)
    assert [item["source"] for item in lines if item["paused"]] == [PANEL]

    run("schedule", "resume", PANEL)

    assert not any(item["paused"] for item in objects(run("schedule", "show", "--json").stdout))
