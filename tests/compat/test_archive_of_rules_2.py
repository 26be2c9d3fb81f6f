"""An archive made by version 2 of the rules of what an edit is answers, and is made anew.

README.md says what `archive-of-rules-2.tar.gz` has and how it was made.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.compat.make_archive_of_rules_2 import (
    ANSWERS,
    ARCHIVE,
    CASES,
    FIRST,
    SECOND,
    SOURCE,
    THIRD,
    edition,
)
from tests.compat.test_archive_made_before import cut
from tests.support.counts import sampled
from tests.support.paths import ROOT
from tests.support.reading_room_server import serve_archive

THEN = json.loads(ANSWERS.read_text())
OLD_IDS = [version["version"] for version in THEN["versions"]]
BY_OLDER_RULES = "made by older rules of what an edit is"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with tarfile.open(ARCHIVE) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / "archive"


def asks(archive: Path, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    env = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    return subprocess.run(
        [sys.executable, "-m", "onrecord", "--archive", archive, *words],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def succeeds(archive: Path, *words: str | Path) -> str:
    done = asks(archive, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def objects(archive: Path, *words: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in succeeds(archive, *words, "--json").splitlines()]


def older_id(statement: int, words: str) -> str:
    """Return the id that the version of a statement with these words had then."""
    name = f"{SOURCE}:PD_2026_{statement}"
    texts = {
        version["version"]: version["text"]
        for version in THEN["versions"]
        if version["statement"] == name
    }
    (version,) = [version for version, text in texts.items() if words in text]
    return version


OBJECT = older_id(2, "\ufffc")
EXPONENT = older_id(3, "10⁶")
SPLIT = older_id(5, "10⁶")  # of two captures, whose words were one version: 10⁶ and 106


@pytest.mark.parametrize(
    "words",
    [
        ("search", '"the quay of Tarnmoor"'),
        ("show", OBJECT),
        ("cite", EXPONENT, "--quote", "10⁶ grains"),
        ("check", "--quote", "The quay of Tarnmoor was closed to families"),
        ("versions", f"{SOURCE}:PD_2026_2"),
        ("diff", f"{SOURCE}:PD_2026_1"),
        ("status",),
        ("verify", "--deep"),
        ("export", "--format", "jsonl", "-"),
        ("watch", "news"),
    ],
    ids=lambda words: str(words[0]),
)
def test_it_answers_at_once_and_says_on_one_line_that_its_rules_are_older(
    archive: Path, words: tuple[str, ...]
) -> None:
    before = (archive / "warc").stat().st_mtime_ns

    done = asks(archive, *words)

    assert done.returncode == 0, done.stderr
    assert done.stderr.count(BY_OLDER_RULES) == 1
    assert (archive / "warc").stat().st_mtime_ns == before


def test_before_it_is_made_anew_its_versions_are_those_of_then(archive: Path) -> None:
    assert [objects(archive, "show", name)[0]["version"] for name in OLD_IDS] == OLD_IDS


def later_visit(archive: Path, day: str, said: dict[int, str]) -> Path:
    folder = archive.parent / day
    folder.mkdir()
    return edition(day, said, folder)


def makers(archive: Path) -> list[tuple[str | Path, ...]]:
    lines = archive.parent / "texts.jsonl"
    lines.write_text('{"id":"a:1","source":"A","date":"2024","title":"t","lang":"en","text":"x"}\n')
    visit = later_visit(archive, "2026-10-01", THIRD)
    return [("rebuild",), ("scrape", SOURCE, "--from", visit), ("import", lines)]


@pytest.mark.parametrize("number", range(3), ids=["rebuild", "scrape", "import"])
def test_what_adds_to_it_makes_it_anew_and_tells_no_news_again(archive: Path, number: int) -> None:
    succeeds(archive, *makers(archive)[number])
    has_alerts = asks(archive, "watch", "check", "--no-tell").returncode == 0

    assert not has_alerts
    assert BY_OLDER_RULES not in asks(archive, "status").stderr
    old_news = [item for item in objects(archive, "watch", "news") if item["source"] == SOURCE]
    assert cut(old_news, THEN["news"]) == THEN["news"]
    assert cut(objects(archive, "watch", "alerts"), THEN["alerts"]) == THEN["alerts"]
    assert cut(objects(archive, "watch", "list"), THEN["watches"]) == THEN["watches"]
    assert asks(archive, "verify", "--deep").returncode == 0


def test_a_visit_that_nothing_had_read_yet_is_told_when_it_is_made_anew(archive: Path) -> None:
    said = THIRD | {4: CASES.replace("nine", "ten")}

    succeeds(archive, "scrape", SOURCE, "--from", later_visit(archive, "2026-10-01", said))

    told = objects(archive, "watch", "news")[len(THEN["news"]) :]
    assert [(item["kind"], item["statement"]) for item in told] == [("edit", f"{SOURCE}:PD_2026_4")]


def test_a_capture_between_two_others_tells_an_old_edit_not_again(archive: Path) -> None:
    succeeds(archive, "rebuild")

    succeeds(archive, "scrape", SOURCE, "--from", later_visit(archive, "2026-09-14", FIRST))

    assert cut(objects(archive, "watch", "news"), THEN["news"]) == THEN["news"]


def test_an_unseen_character_that_went_is_no_edit_any_more(archive: Path) -> None:
    succeeds(archive, "rebuild")

    assert len(objects(archive, "versions", f"{SOURCE}:PD_2026_2")) == 1
    assert len(objects(archive, "versions", f"{SOURCE}:PD_2026_1")) == 2


def test_an_exponent_that_became_digits_is_an_edit_now(archive: Path) -> None:
    succeeds(archive, "rebuild")

    first, second = objects(archive, "versions", f"{SOURCE}:PD_2026_5")
    assert "10⁶ grains" in first["text"]
    assert "106 grains" in second["text"]


@pytest.fixture(scope="module")
def made_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the archive, made anew, and then once more from its evidence alone."""
    folder = tmp_path_factory.mktemp("anew")
    with tarfile.open(ARCHIVE) as tar:
        tar.extractall(folder, filter="data")
    archive = folder / "archive"
    succeeds(archive, "rebuild")
    (archive / "catalogue.sqlite").unlink()
    shutil.rmtree(archive / "index")
    succeeds(archive, "rebuild")
    return archive


def test_every_id_of_then_resolves_from_the_evidence_alone(made_anew: Path) -> None:
    for then in THEN["versions"]:
        (shown,) = objects(made_anew, "show", then["version"])

        formerly = [former["version"] for former in shown["formerly"]]
        assert shown["statement"] == then["statement"]
        assert then["version"] in (shown["version"], *formerly)


def test_show_cite_and_versions_say_that_it_was_read_anew(made_anew: Path) -> None:
    shown = " ".join(succeeds(made_anew, "show", OBJECT).split())
    versions = " ".join(succeeds(made_anew, "versions", OBJECT).split())
    cited = asks(made_anew, "cite", EXPONENT, "--style", "plain", "--quote", "10⁶ grains")

    assert f"{OBJECT} was read anew" in shown
    assert "no word differs" in shown
    assert f"{OBJECT} was read anew" in versions
    assert f"{EXPONENT} was read anew" in cited.stderr
    assert cited.stdout.startswith("“10⁶ grains”")


def test_an_id_whose_words_are_two_versions_now_cites_both(made_anew: Path) -> None:
    raised = succeeds(made_anew, "cite", SPLIT, "--style", "plain", "--quote", "10⁶ grains")
    plain = succeeds(made_anew, "cite", SPLIT, "--style", "plain", "--quote", "106 grains")

    assert raised.startswith("“10⁶ grains”")
    assert plain.startswith("“106 grains”")


def test_a_pack_by_an_old_id_verifies_and_says_that_it_was_read_anew(
    made_anew: Path, tmp_path: Path
) -> None:
    succeeds(made_anew, "prove", EXPONENT, "--quote", "10⁶ grains", "--out", tmp_path / "pack")

    verified = subprocess.run(["sh", "verify.sh"], cwd=tmp_path / "pack", stdout=subprocess.PIPE)
    assert verified.stdout.endswith(b"VERIFIED\n")
    assert f"{EXPONENT} was read anew" in (tmp_path / "pack/README.txt").read_text()
    facts = json.loads((tmp_path / "pack/statement.json").read_text())
    assert [former["version"] for former in facts["formerly"]] == [EXPONENT]


def test_diff_takes_the_hashes_of_then(made_anew: Path) -> None:
    rose, fell = (older_id(6, words).partition("@")[2] for words in (" rose", "did not rise"))

    edits = succeeds(made_anew, "diff", f"{SOURCE}:PD_2026_6", rose, fell)

    assert "[-rose-]" in edits
    assert "{+did not rise+}" in edits


def test_the_room_shows_an_old_id_and_says_that_it_was_read_anew(made_anew: Path) -> None:
    with serve_archive(made_anew) as room:
        page = room.get(f"/statement/{EXPONENT}")
        facts = room.get(f"/api/v1/statements/{EXPONENT}").json()
        rose, fell = (older_id(6, words).partition("@")[2] for words in (" rose", "not rise"))
        edit = room.get(f"/statement/{SOURCE}:PD_2026_6/diff?a={rose}&b={fell}")

    assert page.status_code == 200
    assert f"{EXPONENT} was read anew" in page.text
    assert "No word differs." in page.text
    assert [former["version"] for former in facts["formerly"]] == [EXPONENT]
    assert "<ins>did not rise</ins>" in edit.text


def test_the_room_opens_it_before_it_is_made_anew(archive: Path) -> None:
    with serve_archive(archive) as room:
        assert room.get(f"/statement/{OBJECT}").status_code == 200
        assert "closed to families" in room.get("/search?q=%22the+quay+of+Tarnmoor%22").text
        assert room.log.read_text().count(BY_OLDER_RULES) >= 1


# Runs in another process: makes the catalogue anew, and kills itself before its nth commit.
KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Connection
from onrecord.collect.rebuild import rebuild
from onrecord.command_context import Context

at, commit, count = int(sys.argv[2]), Connection.commit, []

def counted(connection):
    count.append(1)
    if len(count) == at:
        os.kill(os.getpid(), 9)
    commit(connection)

Connection.commit = counted
rebuild(Context(Path(sys.argv[1])), lambda path: None, 1)
"""


@pytest.mark.slow
@pytest.mark.parametrize("commit", range(1, 18, sampled(4, 1)))
def test_a_kill_at_any_commit_leaves_the_old_catalogue_or_the_new(
    archive: Path, commit: int
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, archive, str(commit)], cwd=ROOT)
    assert killed.returncode in (-signal.SIGKILL, 0)

    assert objects(archive, "show", OBJECT)[0]["statement"] == f"{SOURCE}:PD_2026_2"
    succeeds(archive, "scrape", SOURCE, "--from", later_visit(archive, "2026-10-01", THIRD))

    assert cut(objects(archive, "watch", "news"), THEN["news"]) == THEN["news"]
    assert objects(archive, "show", OBJECT)[0]["formerly"][0]["version"] == OBJECT
    assert len(objects(archive, "versions", f"{SOURCE}:PD_2026_6")) == len(
        {FIRST[6], SECOND[6], THIRD[6]}
    )
    assert asks(archive, "verify", "--deep").returncode == 0
