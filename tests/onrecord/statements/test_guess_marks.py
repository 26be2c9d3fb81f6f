"""Whatever shows the date of a statement says where it is a guess."""

import json
import re
import zipfile
from pathlib import Path

import pytest
import requests

from tests.conftest import Run
from tests.support.memento_server import write_crawl
from tests.support.reading_room_server import serve_archive
from tests.support.warc_files import http_response

SITE = "https://val.example/news"
WORDS = "the harvest of the upper valley was late and no barley was sold"
PARAPHRASE = (
    "He said: “the harvest of the upper valley was late but bread is cheap, boats are full of "
    "wool, children sing and every bridge stands.”"
)
PAGES = {
    f"{SITE}/2021/03/04/harvest": f"The council regrets that {WORDS} in the town.",
    f"{SITE}/2021/03/05/copy": f"The council regrets that {WORDS} in the town.",
    f"{SITE}/2021/03/06/answer": f"The millers recall the words “{WORDS} in the town” and agree.",
}


def page(title: str, text: str) -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>{title}</title></head><body><article>
    <h1>{title}</h1><main><p>{text}</p><p>The council will report again before the end of the
    month, and asks for patience until that day.</p></main></article></body></html>""".encode()


@pytest.fixture
def valley(run: Run, tmp_path: Path) -> Run:
    """Return `run` on an archive of pages whose dates are in their addresses alone."""
    run("init")
    html = b"Content-Type: text/html; charset=utf-8"
    captures = [
        ("2025-01-13T09:30:00Z", url, http_response(page(url.rpartition("/")[2], text), html))
        for url, text in PAGES.items()
    ]
    warc = write_crawl(tmp_path / "saved.warc.gz", *captures)
    added = run("add", *PAGES, "--from", warc)
    assert added.exit_code == 0, added.output
    return run


def statement(valley: Run, day: str) -> str:
    hits = valley("search", "--json", "--", "council").stdout.splitlines()
    return next(hit["statement"] for hit in map(json.loads, hits) if hit["issued"] == day)


def test_quotes_marks_the_date_of_who_quotes(valley: Run) -> None:
    quoted = statement(valley, "2021-03-04")

    result = json.loads(valley("quotes", quoted, "--json").stdout.splitlines()[0])

    assert (result["issued"], result["issued_guess"]) == ("2021-03-06", True)
    assert "2021-03-06?" in valley("quotes", quoted).stdout


def test_check_marks_the_dates_of_the_source_and_of_others_that_have_it(valley: Run) -> None:
    result = json.loads(valley("check", "--quote", WORDS, "--json").stdout.splitlines()[0])
    shown = valley("check", "--quote", WORDS).stdout

    assert result["issued_guess"] is True
    assert {also["issued"]: also["issued_guess"] for also in result["also"]} == {
        "2021-03-05": True,
        "2021-03-06": True,
    }
    assert "from: 2021-03-04?" in " ".join(shown.split())
    assert "also: 2021-03-05?" in " ".join(shown.split())


def test_check_marks_the_date_of_the_nearest_statement(valley: Run, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text(PARAPHRASE)

    result = json.loads(valley("check", str(article), "--json").stdout.splitlines()[0])
    shown = valley("check", str(article)).stdout

    assert result["nearest"]["issued_guess"] is True
    assert f"{result['nearest']['issued']}?" in shown


def test_the_report_of_check_marks_guesses(valley: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.html"

    valley("check", "--quote", WORDS, "--html", str(report))

    assert "2021-03-04?" in report.read_text()
    assert "2021-03-05?" in report.read_text()


def test_an_evidence_pack_says_that_the_page_states_no_date(valley: Run, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"

    valley("prove", statement(valley, "2021-03-04"), "--out", str(pack))

    with zipfile.ZipFile(pack) as files:
        name = next(name for name in files.namelist() if name.endswith("README.txt"))
        readme = files.read(name).decode()
    assert "no date on the page; a guess: 2021-03-04" in readme


def test_the_time_line_and_the_check_page_of_the_room_mark_guesses(
    valley: Run, archive_folder: Path
) -> None:
    ids = [statement(valley, day) for day in ("2021-03-04", "2021-03-06")]
    assert valley("link", ids[1], "responds-to", ids[0]).exit_code == 0

    with serve_archive(archive_folder) as room:
        moments = room.get(f"/timeline?id={ids[1]}&form=json").json()
        page = room.get(f"/timeline?id={ids[1]}").text
        checked = requests.post(f"{room.url}/check", {"text": PARAPHRASE}, timeout=20).text

    assert {moment["guess"] for moment in moments if moment["when"] == "2021-03-06"} == {True}
    assert len([moment for moment in moments if moment["guess"]]) == 2
    assert page.count("6 March 2021?") == 2
    assert re.search(r"Nearest match.*?2021\?", checked)
